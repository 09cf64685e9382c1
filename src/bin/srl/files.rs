//! The files of this machine, as the library asks for them. The only place that opens any.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use srl::Files;

/// The name that standard input has in problems.
const STANDARD_INPUT: &str = "<stdin>";

/// Files under their paths; relative ones are relative to the file that names them.
#[derive(Debug)]
pub(crate) struct Disk;

impl Files for Disk {
    fn locate(&self, from: &str, path: &str) -> String {
        let folder = if from == STANDARD_INPUT { None } else { Path::new(from).parent() };
        tidy(&folder.unwrap_or(Path::new("")).join(path)).display().to_string()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read>> {
        let file = File::open(name)?;
        if file.metadata()?.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        Ok(Box::new(io::BufReader::with_capacity(1 << 16, file)))
    }
}

/// The path without `.` and `folder/..`, so that a file has one name however it is reached.
fn tidy(path: &Path) -> PathBuf {
    let mut tidy = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(tidy.components().next_back(), Some(Component::Normal(_))) => {
                tidy.pop();
            }
            Component::ParentDir | Component::Normal(_) | Component::RootDir | Component::Prefix(_) => tidy.push(component),
        }
    }
    tidy
}

/// The name and the bytes of a file named on the command line; `-` is standard input.
pub(crate) fn read(path: &Path) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok((STANDARD_INPUT.to_owned(), bytes));
    }
    let name = Disk.locate("", &path.to_string_lossy());
    Disk.open(&path.to_string_lossy())?.read_to_end(&mut bytes)?;
    Ok((name, bytes))
}
