//! A learner's folder: the files that the learner writes, how far one is, and the pack, if it is another one than the course.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use srl::lessons::{Exercise, Pack, Progress, Report, Verdict, course, judge};
use srl::{Interrupt, Source};

use crate::files;

/// How far the learner is.
const PROGRESS: &str = ".srl-progress";
/// The pack, without its keys, if it is not the course.
const PACK: &str = ".srl-pack";
/// The folder that is made where none is named.
const DEFAULT: &str = "srl-exercises";
/// More than anybody writes; what is larger is not read.
pub(super) const MAX_FILE: u64 = 1 << 20;

/// A learner's folder.
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) pack: Pack,
    pub(super) progress: Progress,
    pub(super) is_new: bool,
}

/// The texts of a pack in a folder.
pub(super) fn texts(folder: &Path) -> impl FnMut(&str) -> Option<String> {
    let folder = folder.to_owned();
    move |name| fs::read_to_string(folder.join(name)).ok().filter(|_| !name.contains(['/', '\\']))
}

/// Reads a pack; otherwise says what is wrong with it.
pub(super) fn pack(folder: &Path) -> Result<Pack, String> {
    Pack::read(texts(folder)).map_err(|faults| {
        let lines = faults.iter().map(|fault| format!("{}: {fault}", folder.display()));
        lines.collect::<Vec<_>>().join("\n")
    })
}

impl Folder {
    /// The folder that is named, else the one that one stands in or below; it is made if it is not there.
    pub(super) fn open(named: Option<&Path>, other_pack: Option<&Path>) -> Result<Self, String> {
        let here = Path::new(PROGRESS).exists();
        let path = named.map_or_else(|| PathBuf::from(if here { "." } else { DEFAULT }), Path::to_owned);
        let unwritable = |error: io::Error| format!("cannot write in the folder `{}`: {error}", path.display());
        let is_new = !path.join(PROGRESS).exists();
        fs::create_dir_all(&path).map_err(unwritable)?;
        let own = path.join(PACK);
        if let Some(other) = other_pack {
            let shared = pack(other)?.share(texts(other), &Interrupt::default()).map_err(|fault| fault.to_string())?;
            fs::create_dir_all(&own).map_err(unwritable)?;
            shared.iter().try_for_each(|(name, text)| files::write(&own.join(name), text)).map_err(unwritable)?;
        }
        let pack = if own.is_dir() {
            pack(&own)?
        } else {
            course().map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?
        };
        let text = fs::read_to_string(path.join(PROGRESS)).unwrap_or_default();
        Ok(Self { progress: Progress::read(&text, &pack), path, pack, is_new })
    }

    pub(super) fn save(&self) -> Result<(), String> {
        let path = self.path.join(PROGRESS);
        files::write(&path, &self.progress.text(&self.pack)).map_err(|error| format!("cannot write `{}`: {error}", path.display()))
    }

    /// The exercise that is named, else the one that the learner is at.
    pub(super) fn exercise(&self, name: Option<&str>) -> Result<Exercise, String> {
        let found = match name {
            Some(name) => self.pack.find(name).ok_or_else(|| format!("there is no exercise `{name}`; `srl learn list` shows them")),
            None => self.progress.current(&self.pack).ok_or_else(|| "this pack has no exercises".to_owned()),
        };
        found.cloned()
    }

    /// The learner's file for an exercise: also one whose number was another in an older version of the pack.
    pub(super) fn file(&self, exercise: &Exercise) -> PathBuf {
        let own = self.path.join(format!("{}.srl", exercise.file));
        if own.exists() {
            return own;
        }
        let is_older = |path: &PathBuf| {
            let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            path.extension().is_some_and(|ending| ending == "srl") && without_number(&stem) == without_number(&exercise.file)
        };
        let entries = fs::read_dir(&self.path).into_iter().flatten().filter_map(Result::ok);
        entries.map(|entry| entry.path()).find(is_older).unwrap_or(own)
    }

    /// Makes the learner's file, if it is not there.
    pub(super) fn begin(&self, exercise: &Exercise) -> Result<PathBuf, String> {
        let path = self.file(exercise);
        if !path.exists() {
            files::write(&path, &start(exercise)).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
        }
        Ok(path)
    }

    /// Puts the start back; what was there is kept beside it.
    pub(super) fn reset(&mut self, exercise: &Exercise) -> Result<(PathBuf, Option<PathBuf>), String> {
        let path = self.file(exercise);
        let old = path.exists().then(|| path.with_extension("old.srl"));
        if let Some(old) = &old {
            fs::rename(&path, old).map_err(|error| format!("cannot keep the old file as `{}`: {error}", old.display()))?;
        }
        self.progress.begun_again(exercise);
        self.save()?;
        Ok((self.begin(exercise)?, old))
    }

    /// Checks the learner's file, and notes it.
    pub(super) fn check(&mut self, exercise: &Exercise) -> Result<(Report, Source), String> {
        let path = self.begin(exercise)?;
        let source = source(&path)?;
        let report = judge(exercise, &source, false, &Interrupt::default()).map_err(|fault| fault.to_string())?;
        if report.verdict != Verdict::Untouched {
            self.progress.checked(exercise, source.text(), report.verdict == Verdict::Passed);
            self.save()?;
        }
        Ok((report, source))
    }
}

fn without_number(stem: &str) -> &str {
    stem.trim_start_matches(|character: char| character.is_ascii_digit()).trim_start_matches('-')
}

/// What the learner's file holds at first.
fn start(exercise: &Exercise) -> String {
    format!("# {}\n# `srl learn task` shows what to do, `srl learn hint` helps.\n\n{}", exercise.title, exercise.start)
}

/// The text of a file that somebody has written; otherwise why it is of no use.
pub(super) fn source(path: &Path) -> Result<Source, String> {
    let unreadable = |reason: String| format!("cannot read `{}`: {reason}", path.display());
    let size = fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MAX_FILE {
        return Err(unreadable("it is larger than a mebibyte".to_owned()));
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bytes = fs::read(path).map_err(|error| unreadable(error.to_string()))?;
    Source::from_bytes(&name, bytes).map_err(|error| unreadable(error.to_string()))
}
