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
    /// Where paths in it begin.
    folder: PathBuf,
}

/// What a journal holds when it is opened.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) journal: JournalFile,
    pub(crate) inputs: Vec<Input>,
    /// The end of an input that was not written whole, and is no longer there.
    pub(crate) torn: Option<String>,
}

/// Opens a journal, or makes one. The error is a sentence that goes on after its path.
pub(crate) fn open(path: &Path) -> Result<Opened, String> {
    let cannot = |what: &str, error: &io::Error| format!("cannot be {what}: {error}");
    let file = File::options().read(true).append(true).create(true).open(path);
    let mut file = file.map_err(|error| cannot("opened", &error))?;
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
    let mut journal = JournalFile { file, len: whole as u64, folder };
    if torn.is_some() {
        journal.cut(whole as u64).map_err(|error| cannot("mended", &error))?;
    }
    Ok(Opened { journal, inputs, torn })
}

impl Journal for JournalFile {
    fn append(&mut self, text: &str) -> io::Result<u64> {
        let start = self.len;
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
        self.len = len;
        Ok(())
    }

    fn full_path(&self, path: &str) -> String {
        self.folder.join(path).display().to_string()
    }
}
