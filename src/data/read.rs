//! Packed bytes → bytes, and bounds on what is read: how long a row may be, and how much may come out of a small file. Knows
//! nothing of rows but where a format says that one begins.

use std::cell::Cell;
use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::rc::Rc;

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::format::Packing;

/// About how many bytes a row may have. Longer ones are mistakes: a quotation mark that is never closed, a file of another format.
pub(super) const MAX_ROW_LEN: usize = 1 << 20;

/// So many bytes for each of its own may come out of a packed file. Tables give up to some dozens; what gives hundreds is made
/// to fill the memory.
const MAX_EXPANSION: u64 = 250;

/// What may come out of any packed file.
const FREE_EXPANSION: u64 = 1 << 26;

pub(super) const BUFFER_LEN: usize = 1 << 16;

/// Why no more can be read, beside what the system says.
#[derive(Debug)]
pub(super) enum Fault {
    /// The packed bytes are not what they should be.
    Damaged { packing: &'static str, reason: String },
    /// More comes out of the file than a table would give.
    Expands,
    /// A row is longer than [`MAX_ROW_LEN`].
    LongRow,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { packing, reason } => write!(f, "it cannot be unpacked with {packing}: {reason}"),
            Self::Expands => write!(f, "it unpacks to more than {MAX_EXPANSION} times its size"),
            Self::LongRow => f.write_str("a row is too long"),
        }
    }
}

impl std::error::Error for Fault {}

// ---- Packed files

/// The bytes that were packed.
pub(super) fn unpacked(file: Box<dyn Read>, packing: Packing) -> Box<dyn Read> {
    let state = Rc::new(State::default());
    let packed = |file| BufReader::with_capacity(BUFFER_LEN, Packed { file, state: state.clone() });
    match packing {
        Packing::Plain => file,
        Packing::Gzip => Box::new(Unpacked { bytes: MultiGzDecoder::new(packed(file)), packing: "gzip", len: 0, state }),
        Packing::Zstd => Box::new(Unpacked { bytes: Frames::new(packed(file)), packing: "zstd", len: 0, state }),
    }
}

/// How the reading of a packed file goes.
#[derive(Default)]
struct State {
    len: Cell<u64>,
    /// Why the file itself cannot be read: its contents are not to blame then.
    failure: Cell<Option<io::Error>>,
}

struct Packed {
    file: Box<dyn Read>,
    state: Rc<State>,
}

impl Read for Packed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.file.read(buffer).map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.state.failure.set(Some(error));
            }
            io::Error::from(kind)
        })?;
        self.state.len.set(self.state.len.get() + len as u64);
        Ok(len)
    }
}

struct Unpacked<R> {
    bytes: R,
    packing: &'static str,
    len: u64,
    state: Rc<State>,
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = match self.bytes.read(buffer) {
            Ok(len) => len,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                if let Some(failure) = self.state.failure.take() {
                    return Err(failure);
                }
                let is_cut = error.kind() == io::ErrorKind::UnexpectedEof;
                let reason = if is_cut { "its end is missing".to_owned() } else { error.to_string() };
                return Err(io::Error::other(Fault::Damaged { packing: self.packing, reason }));
            }
        };
        self.len += len as u64;
        if self.len > FREE_EXPANSION && self.len / MAX_EXPANSION > self.state.len.get() {
            return Err(io::Error::other(Fault::Expands));
        }
        Ok(len)
    }
}

/// The frames of a zstd file, one after the other. What is between them for other programs is passed over.
struct Frames<R> {
    packed: R,
    decoder: FrameDecoder,
    is_inside: bool,
    is_first: bool,
}

impl<R: BufRead> Frames<R> {
    fn new(packed: R) -> Self {
        Self { packed, decoder: FrameDecoder::new(), is_inside: false, is_first: true }
    }

    /// Goes into the next frame, if there is one.
    fn next(&mut self) -> io::Result<bool> {
        while !self.packed.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.packed) {
                Ok(()) => {
                    self.is_inside = true;
                    self.is_first = false;
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let skipped = io::copy(&mut self.packed.by_ref().take(length.into()), &mut io::sink())?;
                    if skipped < u64::from(length) {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::BadMagicNumber(_))) => {
                    let reason = if self.is_first { "it does not begin as such files do" } else { "something else follows at its end" };
                    return Err(io::Error::other(reason));
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        if self.is_first { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(false) }
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while self.is_inside || self.next()? {
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                if self.packed.fill_buf()?.is_empty() {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                self.decoder.decode_blocks(&mut self.packed, BlockDecodingStrategy::UptoBlocks(1)).map_err(io::Error::other)?;
            }
            let len = self.decoder.read(buffer)?;
            if len > 0 {
                return Ok(len);
            }
            self.is_inside = false;
            let stated = self.decoder.get_checksum_from_data();
            if stated.is_some() && stated != self.decoder.get_calculated_checksum() {
                return Err(io::Error::other("its checksum is another one"));
            }
        }
        Ok(0)
    }
}

// ---- Rows and lines

/// Where a reader is.
#[derive(Debug)]
pub(super) struct Meter {
    row_len: Cell<usize>,
    line: Cell<u64>,
}

impl Meter {
    pub(super) fn new() -> Rc<Self> {
        Rc::new(Self { row_len: Cell::new(0), line: Cell::new(1) })
    }

    /// Another row begins here.
    pub(super) fn begin_row(&self) {
        self.row_len.set(0);
    }

    /// The line that was read last, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.line.get()
    }
}

/// Reads no row that is longer than [`MAX_ROW_LEN`], and counts lines.
pub(super) struct Metered<R> {
    pub(super) bytes: R,
    pub(super) meter: Rc<Meter>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.meter.row_len.get() > MAX_ROW_LEN {
            return Err(io::Error::other(Fault::LongRow));
        }
        let len = self.bytes.read(buffer)?;
        let lines = buffer[..len].iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        self.meter.row_len.set(self.meter.row_len.get() + len);
        self.meter.line.set(self.meter.line.get() + lines);
        Ok(len)
    }
}

/// The next line with its end; empty after the last one.
pub(super) fn read_line(bytes: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<()> {
    line.clear();
    bytes.take(MAX_ROW_LEN as u64 + 1).read_until(b'\n', line)?;
    if line.len() > MAX_ROW_LEN { Err(io::Error::other(Fault::LongRow)) } else { Ok(()) }
}

/// The bytes without the mark that some programs put before a text in UTF-8.
pub(super) fn without_mark(mut bytes: Box<dyn Read>) -> io::Result<impl Read> {
    let mut start = Vec::new();
    bytes.by_ref().take(3).read_to_end(&mut start)?;
    if start == "\u{feff}".as_bytes() {
        start.clear();
    }
    Ok(Cursor::new(start).chain(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        compress_to_vec(bytes, CompressionLevel::Fastest)
    }

    fn read(packed: Vec<u8>, packing: Packing) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        unpacked(Box::new(Cursor::new(packed)), packing).read_to_end(&mut bytes).map(|_| bytes)
    }

    fn table() -> Vec<u8> {
        (0..3000).flat_map(|row| format!("B{row},hosting,C{}\n", row * 7 % 113).into_bytes()).collect()
    }

    #[test]
    fn packed_bytes_come_out_as_they_went_in() {
        let table = table();
        assert_eq!(read(gzip(&table), Packing::Gzip).unwrap(), table);
        assert_eq!(read(zstd(&table), Packing::Zstd).unwrap(), table);
        assert_eq!(read(gzip(b""), Packing::Gzip).unwrap(), b"");
        assert_eq!(read(zstd(b""), Packing::Zstd).unwrap(), b"");
        assert_eq!(read(table.clone(), Packing::Plain).unwrap(), table);
    }

    #[test]
    fn several_pieces_are_read_as_one() {
        let skipped = [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        assert_eq!(read([gzip(b"a,"), gzip(b""), gzip(b"b")].concat(), Packing::Gzip).unwrap(), b"a,b");
        let frames = [skipped.to_vec(), zstd(b"a,"), zstd(b""), skipped.to_vec(), zstd(b"b")].concat();
        assert_eq!(read(frames, Packing::Zstd).unwrap(), b"a,b");
    }

    #[test]
    fn what_is_cut_off_or_something_else_is_damaged() {
        let table = table();
        for (packing, packed) in [(Packing::Gzip, gzip(&table)), (Packing::Zstd, zstd(&table))] {
            for len in [0, 1, 3, 7, 100, packed.len() - 1] {
                let error = read(packed[..len].to_vec(), packing).unwrap_err().to_string();
                assert!(error.starts_with("it cannot be unpacked with"), "{error}");
            }
            for other in [&b"provider,service,consumer\n"[..], &[0; 100]] {
                assert!(read(other.to_vec(), packing).is_err());
                assert!(read([&packed, other].concat(), packing).is_err(), "{packing:?}: something else at the end");
            }
        }
    }

    #[test]
    fn no_damage_brings_it_down() {
        let table = table();
        for (packing, packed) in [(Packing::Gzip, gzip(&table)), (Packing::Zstd, zstd(&table))] {
            let mut random = 1_u64;
            for _ in 0..500 {
                // Knuth's MMIX generator: the same bytes in every run.
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let mut damaged = packed.clone();
                let at = usize::try_from(random >> 33).unwrap() % damaged.len();
                damaged[at] = random.to_be_bytes()[3];
                if let Ok(bytes) = read(damaged, packing) {
                    // What no checksum covers: the name or the time in a header.
                    assert_eq!(bytes, table);
                }
            }
        }
    }

    #[test]
    fn a_small_file_does_not_fill_the_memory() {
        let zeros = vec![0; 1 << 22];
        for (packing, piece) in [(Packing::Gzip, gzip(&zeros)), (Packing::Zstd, zstd(&zeros))] {
            let mut bomb = unpacked(Box::new(Cursor::new(piece.repeat(100))), packing);
            let error = io::copy(&mut bomb, &mut io::sink()).unwrap_err();
            assert_eq!(error.to_string(), "it unpacks to more than 250 times its size");
        }
    }

    #[test]
    fn a_file_that_cannot_be_read_is_not_damaged() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the disk is gone"))
            }
        }
        for packing in [Packing::Gzip, Packing::Zstd] {
            let error = unpacked(Box::new(Broken), packing).read(&mut [0; 10]).unwrap_err();
            assert_eq!(error.to_string(), "the disk is gone");
        }
    }

    #[test]
    fn rows_are_bounded_and_lines_counted() {
        let meter = Meter::new();
        let mut reader = Metered { bytes: io::repeat(b'\n'), meter: meter.clone() };
        let mut buffer = [0; 1 << 10];
        for _ in 0..1024 {
            reader.read_exact(&mut buffer).unwrap();
        }
        assert_eq!(meter.line(), (1 << 20) + 1);
        meter.begin_row();
        let error = io::copy(&mut reader, &mut io::sink()).unwrap_err();
        assert!(matches!(error.get_ref().and_then(|inner| inner.downcast_ref()), Some(Fault::LongRow)));
        assert!(read_line(&mut BufReader::new(io::repeat(b'x')), &mut Vec::new()).is_err());
    }
}
