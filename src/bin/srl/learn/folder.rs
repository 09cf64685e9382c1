//! A learner's folder: the files that the learner writes, how far one is, and the pack, if it is another one than the course.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use srl::lessons::{Exercise, Pack, Progress, Report, Verdict, course, judge};
use srl::{Interrupt, Source};

use super::limits::Deadline;
use crate::files;

/// How far the learner is.
pub(super) const PROGRESS: &str = ".srl-progress";
/// The pack, without its keys, if it is not the course.
const PACK: &str = ".srl-pack";
/// What is done with a pack that has its keys.
pub(super) const SHARING: &str =
    "Each solution of the pack is run, so that what is right can be kept as numbers in place of the solutions. This takes some seconds.";
/// The folder that is made where none is named.
const DEFAULT: &str = "srl-exercises";
/// More than anybody writes; what is larger is not read.
pub(super) const MAX_FILE: u64 = 1 << 20;

/// So long may the look at a file take, also on a machine that is busy with other things, and so many mebibytes.
const MAX_TIME: Duration = Duration::from_mins(1);
const MAX_MEMORY: u32 = 512;

/// A learner's folder.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
    pub(super) pack: Pack,
    pub(super) progress: Progress,
    pub(super) is_new: bool,
    /// What was told at the prompt: it is checked together with a file that is as it was at the start.
    pub(super) told: String,
}

/// A file that was checked.
pub(super) struct Checked {
    pub(super) report: Report,
    pub(super) source: Source,
    /// What was told at the prompt was checked with it.
    pub(super) with_told: bool,
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
    /// Whether one stands in a learner's folder, or right above it.
    pub(super) fn is_here() -> bool {
        Path::new(PROGRESS).exists() || Path::new(DEFAULT).join(PROGRESS).exists()
    }

    /// The folder that is named, else the one that one stands in or right above; it is made if it is not there.
    /// What takes long is told before it is done.
    pub(super) fn open(named: Option<&Path>, other_pack: Option<&Path>, tell: &mut dyn FnMut(&str)) -> Result<Self, String> {
        let here = Path::new(PROGRESS).exists();
        let path = named.map_or_else(|| PathBuf::from(if here { "." } else { DEFAULT }), Path::to_owned);
        let unwritable = |error: io::Error| format!("cannot write in the folder `{}`: {error}", path.display());
        let is_new = !path.join(PROGRESS).exists();
        fs::create_dir_all(&path).map_err(unwritable)?;
        let own = path.join(PACK);
        if let Some(other) = other_pack {
            let pack = pack(other)?;
            if pack.exercises.iter().any(|exercise| !exercise.solutions.is_empty()) {
                tell(SHARING);
            }
            let shared = pack.share(texts(other), &Interrupt::default()).map_err(|fault| fault.to_string())?;
            fs::create_dir_all(&own).map_err(unwritable)?;
            shared.iter().try_for_each(|(name, text)| files::write(&own.join(name), text)).map_err(unwritable)?;
        }
        let pack = if own.is_dir() {
            pack(&own)?
        } else {
            course().map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?
        };
        let text = fs::read_to_string(path.join(PROGRESS)).unwrap_or_default();
        Ok(Self { progress: Progress::read(&text, &pack), path, pack, is_new, told: String::new() })
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
    pub(super) fn check(&mut self, exercise: &Exercise) -> Result<Checked, String> {
        let path = self.begin(exercise)?;
        let mut source = source(&path)?;
        let with_told = !self.told.trim().is_empty() && exercise.is_untouched(source.text());
        if with_told {
            source = Source::new(source.name(), format!("{}\n{}\n", source.text().trim_end(), self.told));
        }
        let interrupt = Interrupt::default();
        let _deadline = deadline(&interrupt);
        let report = match judge(exercise, &source, false, &interrupt) {
            Ok(report) => report,
            Err(_) if interrupt.is_raised() => return Err(format!("the look at {} took too long, and was stopped", path.display())),
            Err(fault) => return Err(fault.to_string()),
        };
        if report.verdict != Verdict::Untouched {
            if with_told && report.verdict == Verdict::Passed {
                files::write(&path, source.text()).map_err(|error| format!("cannot write `{}`: {error}", path.display()))?;
            }
            self.progress.checked(exercise, source.text(), report.verdict == Verdict::Passed);
            self.save()?;
        }
        Ok(Checked { report, source, with_told })
    }
}

/// Stops what an interrupt stops, if it takes too much.
pub(super) fn deadline(interrupt: &Interrupt) -> Deadline {
    Deadline::start(interrupt.clone(), MAX_TIME, MAX_MEMORY)
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
