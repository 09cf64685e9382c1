//! The files of this machine, as the library asks for them. The only place that opens or writes any.

use std::fs::{self, File};
use std::io::{self, Read, Write};
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
        let path = tidy(&folder.unwrap_or(Path::new("")).join(path));
        // Below the working folder a file is called as people call it, also where its whole path is written, as in a journal.
        let below = std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
        below.unwrap_or(path).display().to_string()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read>> {
        let file = File::open(name)?;
        if file.metadata()?.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder"));
        }
        Ok(Box::new(io::BufReader::with_capacity(1 << 16, file)))
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Write>> {
        Ok(Box::new(NewFile::create(Path::new(name))?))
    }
}

/// A file that is written beside its place and moved there when it is flushed, so that it is there whole or not at all.
struct NewFile {
    file: File,
    /// Where it is written.
    draft: PathBuf,
    /// Where it belongs.
    place: PathBuf,
    is_there: bool,
}

impl NewFile {
    /// So many names for the draft are tried.
    const MAX_TRIES: u32 = 100;

    fn create(path: &Path) -> io::Result<Self> {
        // What a link leads to is replaced, not the link.
        let place = match fs::canonicalize(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => path.to_owned(),
            found => found?,
        };
        let before = match fs::metadata(&place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            found => Some(found?),
        };
        match &before {
            Some(before) if before.is_dir() => return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder")),
            // Moving a file there would put an end to a device or a pipe.
            Some(before) if !before.is_file() => return Err(io::Error::other("it is not an ordinary file")),
            Some(before) if before.permissions().readonly() => {
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it may not be changed"));
            }
            _ => {}
        }
        if place.file_name().is_none() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this names no file"));
        }
        let (file, draft) = Self::draft(&place)?;
        let new = Self { file, draft, place, is_there: false };
        if let Some(before) = before {
            new.file.set_permissions(before.permissions())?;
        }
        Ok(new)
    }

    /// A new file beside the place, under a name that nothing has.
    fn draft(place: &Path) -> io::Result<(File, PathBuf)> {
        let mut number = 0;
        loop {
            let draft = place.with_file_name(format!(".srl-{}-{number}.part", std::process::id()));
            match File::options().write(true).create_new(true).open(&draft) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < Self::MAX_TRIES => number += 1,
                opened => return opened.map(|file| (file, draft)),
            }
        }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.is_there {
            self.file.sync_all()?;
            fs::rename(&self.draft, &self.place)?;
            self.is_there = true;
        }
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_there {
            let _ = fs::remove_file(&self.draft);
        }
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

/// Gives a file another text, whole or not at all.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = NewFile::create(path)?;
    file.write_all(text.as_bytes())?;
    file.flush()
}

/// The name of a file named on the command line: the same for every way to write it.
pub(crate) fn name(path: &Path) -> String {
    if path == Path::new("-") { STANDARD_INPUT.to_owned() } else { Disk.locate("", &path.to_string_lossy()) }
}

/// A script, or a folder that could not be searched for scripts, and why.
pub(crate) type Found = Result<PathBuf, (PathBuf, io::Error)>;

/// The `.srl` files in a folder and all folders below it, ordered by path; anything else is taken for a script itself. Names that begin
/// with a full stop are passed over, and links to folders are not followed.
pub(crate) fn scripts(path: &Path) -> Vec<Found> {
    if !path.is_dir() {
        return vec![Ok(path.to_owned())];
    }
    let mut found = Vec::new();
    search(path, &mut found);
    found.sort_by(|one, other| place(one).cmp(place(other)));
    found
}

fn place(found: &Found) -> &Path {
    match found {
        Ok(path) | Err((path, _)) => path,
    }
}

fn search(folder: &Path, found: &mut Vec<Found>) {
    let entries = match fs::read_dir(folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => return found.push(Err((folder.to_owned(), error))),
    };
    for entry in entries {
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            search(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "srl") && !path.is_dir() {
            found.push(Ok(path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    fn create(path: &Path) -> io::Result<Box<dyn Write>> {
        Disk.create(&path.to_string_lossy())
    }

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        let mut file = create(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(names(folder.path()), Vec::<String>::new());

        let mut file = create(&path).unwrap();
        file.write_all(b"whole").unwrap();
        assert!(!path.exists());
        file.flush().unwrap();
        drop(file);
        assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"whole".to_vec(), vec!["out.csv".to_owned()]));

        let mut file = create(&path).unwrap();
        file.write_all(b"half of another").unwrap();
        drop(file);
        assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"whole".to_vec(), vec!["out.csv".to_owned()]));

        let (mut one, mut other) = (create(&path).unwrap(), create(&path).unwrap());
        one.write_all(b"one").unwrap();
        other.write_all(b"other").unwrap();
        other.flush().unwrap();
        one.flush().unwrap();
        assert_eq!((fs::read(&path).unwrap(), names(folder.path())), (b"one".to_vec(), vec!["out.csv".to_owned()]));
    }

    #[test]
    fn only_ordinary_files_are_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |path: &Path| create(path).err().map(|error| error.to_string());
        assert_eq!(refused(folder.path()).as_deref(), Some("it is a folder"));
        assert!(refused(&folder.path().join("nowhere/out.csv")).is_some());
        assert!(refused(Path::new("")).is_some());
        let path = folder.path().join("kept.csv");
        fs::write(&path, "kept").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        assert_eq!(refused(&path).as_deref(), Some("it may not be changed"));
        assert_eq!(names(folder.path()), ["kept.csv"]);
        if cfg!(unix) {
            assert_eq!(refused(Path::new("/dev/null")).as_deref(), Some("it is not an ordinary file"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("out.csv"), folder.path().join("link.csv"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink("out.csv", &link).unwrap();
        let mut file = create(&link).unwrap();
        file.write_all(b"new").unwrap();
        file.flush().unwrap();
        drop(file);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
