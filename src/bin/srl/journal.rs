//! The journal of a prompt as a file: locked while a prompt uses it, on disk before anything is confirmed.

use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use srl::session::{Input, Journal, journaled};

/// A journal that no other prompt writes to.
#[derive(Debug)]
pub(crate) struct JournalFile {
    file: File,
    /// How many bytes of it count.
    len: u64,
    /// Behind them stands the end of an input that was not written whole.
    is_torn: bool,
    /// Where paths in it begin.
    folder: PathBuf,
    /// Its own path, whole and without links.
    place: PathBuf,
}

/// What a journal holds when it is opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) journal: JournalFile,
    pub(crate) inputs: Vec<Input>,
    /// The end of an input that was not written whole; what is written next takes its place.
    pub(crate) torn: Option<String>,
}

/// Opens a journal, or makes one. The error is a sentence that goes on after its path.
pub(crate) fn open(path: &Path) -> Result<Opened, String> {
    let cannot = |what: &str, error: &io::Error| format!("cannot be {what}: {error}");
    let file = File::options().read(true).append(true).create(true).open(path);
    let mut file = file.map_err(|error| cannot("opened", &error))?;
    // A device or a pipe would keep nothing, and may never end.
    if !file.metadata().map_err(|error| cannot("opened", &error))?.is_file() {
        return Err("is not an ordinary file".to_owned());
    }
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err("is in use by another prompt; leave that one first, or choose another file".to_owned());
        }
        Err(TryLockError::Error(error)) => return Err(cannot("locked", &error)),
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|error| cannot("read", &error))?;
    // A line that was not written to its end may end inside a character.
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let text = std::str::from_utf8(&bytes[..end]).map_err(|_| "is no journal: it is not a text in UTF-8".to_owned())?;
    let (inputs, whole) = journaled(text);
    let torn = (whole < bytes.len()).then(|| String::from_utf8_lossy(&bytes[whole..]).into_owned());
    let folder = std::env::current_dir().unwrap_or_default();
    let place = path.canonicalize().map_err(|error| cannot("opened", &error))?;
    let journal = JournalFile { file, len: whole as u64, is_torn: torn.is_some(), folder, place };
    Ok(Opened { journal, inputs, torn })
}

impl Journal for JournalFile {
    fn append(&mut self, text: &str) -> io::Result<u64> {
        let start = self.len;
        if self.is_torn {
            self.cut(start)?;
        }
        let written = self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // What is there in part must not be taken for an input.
            let _ = self.cut(start);
            return Err(error);
        }
        self.len += text.len() as u64;
        Ok(start)
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.file.set_len(len)?;
        self.file.seek(SeekFrom::Start(len))?;
        self.file.sync_data()?;
        (self.len, self.is_torn) = (len, false);
        Ok(())
    }

    fn full_path(&self, path: &str) -> String {
        self.folder.join(path).display().to_string()
    }

    fn is_at(&self, path: &str) -> bool {
        self.folder.join(path).canonicalize().is_ok_and(|path| path == self.place)
    }
}
