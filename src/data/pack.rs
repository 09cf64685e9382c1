//! Bytes → packed bytes, as they are written. Nothing is flushed here: flushing a file is what makes it appear.

use std::io::{self, BufWriter, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::format::Packing;

/// So many bytes become one frame of a zstd file; more than the encoder looks back at.
const FRAME_LEN: usize = 1 << 22;

/// Packs what is written. [`Self::finish`] writes what is left; without it the end is missing.
pub(super) enum Packer<W: Write> {
    Plain(BufWriter<W>),
    Gzip(GzEncoder<BufWriter<W>>),
    Zstd(Frames<W>),
}

impl<W: Write> Packer<W> {
    pub(super) fn new(file: W, packing: Packing) -> Self {
        match packing {
            Packing::Plain => Self::Plain(BufWriter::new(file)),
            Packing::Gzip => Self::Gzip(GzEncoder::new(BufWriter::new(file), Compression::default())),
            Packing::Zstd => Self::Zstd(Frames { file, bytes: Vec::new(), is_first: true }),
        }
    }

    /// Hands back the file with everything in it.
    pub(super) fn finish(self) -> io::Result<W> {
        let unbuffered = |file: BufWriter<W>| file.into_inner().map_err(io::IntoInnerError::into_error);
        match self {
            Self::Plain(file) => unbuffered(file),
            Self::Gzip(encoder) => unbuffered(encoder.finish()?),
            Self::Zstd(frames) => frames.finish(),
        }
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(frames) => frames.write(bytes),
        }
    }

    /// Does nothing.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A zstd file, frame by frame: the encoder takes only what is all there.
pub(super) struct Frames<W> {
    file: W,
    bytes: Vec<u8>,
    is_first: bool,
}

impl<W: Write> Frames<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() >= FRAME_LEN {
            self.write_frame()?;
        }
        let len = bytes.len().min(FRAME_LEN - self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..len]);
        Ok(len)
    }

    fn write_frame(&mut self) -> io::Result<()> {
        self.is_first = false;
        // It writes into memory, since its encoder takes for granted that what it writes to never fails.
        let frame = compress_to_vec(self.bytes.as_slice(), CompressionLevel::Fastest);
        self.bytes.clear();
        self.file.write_all(&frame)
    }

    fn finish(mut self) -> io::Result<W> {
        if self.is_first || !self.bytes.is_empty() {
            self.write_frame()?;
        }
        Ok(self.file)
    }
}
