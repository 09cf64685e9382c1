//! The texts of a pack → [`Pack`]. Says what is wrong with its author's own words; knows no file system: texts come with their names.

use std::sync::Arc;

use super::pack::{Check, Direction, Example, Exercise, Kind, Pack, Place, Within, Wrong};
use super::sections::{Section, sections};
use super::{Fault, parts, seal, worlds};

/// The name of the file that lists the exercises.
pub const PACK_FILE: &str = "pack";
/// The ending of the part of an exercise that the learner may have.
pub const EXERCISE_ENDING: &str = "exercise";
/// The ending of the part with the solutions.
pub const KEY_ENDING: &str = "key";

impl Pack {
    /// Reads a pack; `text` gives the text of a file by its name, if there is one.
    ///
    /// # Errors
    /// The first thing wrong in each file.
    pub fn read(mut text: impl FnMut(&str) -> Option<String>) -> Result<Self, Vec<Fault>> {
        let Some(index) = text(PACK_FILE) else {
            return Err(vec![Fault::new(PACK_FILE, 1, "there is no file `pack`; `srl learn new-pack FOLDER` makes one")]);
        };
        let mut pack = Self::default();
        let mut faults = Vec::new();
        let files = index_of(&index, &mut pack).map_err(|fault| vec![fault])?;
        for (line, file) in files {
            let name = format!("{file}.{EXERCISE_ENDING}");
            let Some(exercise) = text(&name) else {
                faults.push(Fault::new(PACK_FILE, line, format!("there is no file `{name}`")));
                continue;
            };
            let key_name = format!("{file}.{KEY_ENDING}");
            let key = text(&key_name);
            let mut read = Exercise { file: file.clone(), ..Exercise::default() };
            let result = sections(&name, &exercise).and_then(|sections| read.take(&name, sections, false));
            let result = result.and_then(|()| read.complete(&name));
            let result = result.and_then(|()| match &key {
                Some(key) => sections(&key_name, key).and_then(|sections| read.take(&key_name, sections, true)),
                None => Ok(()),
            });
            match result.and_then(|()| read.complete(&name)) {
                Ok(()) => pack.exercises.push(read),
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(pack) } else { Err(faults) }
    }
}

/// The exercises' files that a pack lists, with their lines.
fn index_of(text: &str, pack: &mut Pack) -> Result<Vec<(usize, String)>, Fault> {
    let mut files = Vec::new();
    for section in sections(PACK_FILE, text)? {
        let list = |files: &mut Vec<(usize, String)>| {
            let lines = section.block.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
            files.extend(lines.map(|(number, line)| (section.block_line + number, line.trim().to_owned())));
        };
        match section.keyword.as_str() {
            "Pack" => {
                let (name, version) = section.name.split_once(' ').unwrap_or((&section.name, "1"));
                (pack.name, pack.version, pack.title) = (name.to_owned(), version.trim().to_owned(), section.value.clone());
            }
            "Format" if section.value == "1" => {}
            "Format" => return Err(Fault::new(PACK_FILE, section.line, "this program reads packs of `Format: 1`")),
            "Language" => pack.language.clone_from(&section.value),
            "Licence" => pack.licence.clone_from(&section.value),
            "Welcome" => section.block.trim_end().clone_into(&mut pack.welcome),
            "Stage" => {
                pack.stages.push((section.title.clone(), files.len()));
                list(&mut files);
            }
            "Exercises" => list(&mut files),
            other => return Err(unknown(PACK_FILE, &section, other, "Pack, Format, Language, Licence, Welcome, Stage, Exercises")),
        }
    }
    if pack.name.is_empty() {
        return Err(Fault::new(PACK_FILE, 1, "a pack begins with its name, version and title: `Pack my-course 1.0: My course`"));
    }
    Ok(files)
}

fn unknown(file: &str, section: &Section, keyword: &str, known: &str) -> Fault {
    Fault::new(file, section.line, format!("there is no heading `{keyword}` here; there are {known}"))
}

impl Exercise {
    /// Takes over what a file says.
    fn take(&mut self, file: &str, sections: Vec<Section>, is_key: bool) -> Result<(), Fault> {
        for section in sections {
            let block = || section.block.trim_end().to_owned();
            let code = || -> Arc<str> { section.block.as_str().into() };
            let line = section.line;
            match (section.keyword.as_str(), is_key) {
                ("Exercise", false) => (self.id, self.title) = (section.name.clone(), section.value.clone()),
                ("Level", false) => self.level = number(file, &section)?,
                ("Minutes", false) => self.minutes = number(file, &section)?,
                ("Teaches", false) => self.teaches.clone_from(&section.value),
                ("Needs", false) => self.needs = list(&section.value),
                ("Was", false) => self.formerly = list(&section.value),
                ("Covers", false) => self.covers = list(&section.value),
                ("Task", false) => self.task = block(),
                ("Given", false) => self.given = code(),
                ("Start", false) => self.start.clone_from(&section.block),
                ("Example", false) => self.examples.push(Example { title: section.title.clone(), expects: section.block.clone() }),
                ("World", _) => self.worlds.push((section.name.clone(), code())),
                ("Check", _) => self.checks.push(check(file, &section, &section.name, is_key)?),
                ("Hidden", true) => {
                    let name = section.name.strip_prefix("check").map_or("", str::trim_start);
                    self.checks.push(check(file, &section, name, true)?);
                }
                ("Right", _) => self.right = code(),
                ("Broken", _) => self.broken.push((section.name.clone(), code())),
                ("Hidden", false) => self.hidden = number(file, &section)?,
                ("Sealed", false) => self.sealed.push((section.name.clone(), seal::unwritten(file, &section)?)),
                ("Known", false) => match u64::from_str_radix(&section.name, 16) {
                    Ok(signature) => self.known.push((signature, block())),
                    Err(_) => return Err(Fault::new(file, line, "a `Known` has a signature, as `srl learn build-pack` writes it")),
                },
                ("Hint", false) => self.hints.push((Some(section.name.clone()).filter(|name| !name.is_empty()), block())),
                ("Shape", false) => self.shape = block(),
                ("After", false) => self.after = block(),
                ("Key", true) if section.name == self.id => {}
                ("Key", true) => {
                    return Err(Fault::new(
                        file,
                        line,
                        format!("this is the key of `{}`, and the exercise is `{}`", section.name, self.id),
                    ));
                }
                ("Solution", true) => self.solutions.push((section.name.clone(), code())),
                ("Wrong", true) => self.wrongs.push(Wrong {
                    name: section.name.clone(),
                    answer: code(),
                    fails: fails(file, &section)?,
                    says: String::new(),
                }),
                ("Says", true) => match self.wrongs.last_mut() {
                    Some(wrong) => wrong.says = block(),
                    None => return Err(Fault::new(file, line, "`Says:` stands below the `Wrong` that it speaks of")),
                },
                (other, true) => {
                    return Err(unknown(file, &section, other, "Key, Solution, Wrong, Says, World, Hidden check, Right, Broken"));
                }
                (other, false) => {
                    let known = "Exercise, Level, Teaches, Needs, Was, Minutes, Covers, Task, Given, Start, Example, World, Check, Hint, Shape, After, Right, Broken";
                    return Err(unknown(file, &section, other, known));
                }
            }
        }
        Ok(())
    }

    /// Whether all that an exercise needs is there.
    fn complete(&self, file: &str) -> Result<(), Fault> {
        let missing = [
            (self.id.is_empty(), "`Exercise id: Title`"),
            (self.level == 0, "`Level: 1`"),
            (self.task.is_empty(), "`Task:` with text below it, each line after `|`"),
            (self.checks.is_empty(), "a check, such as `Check chain \"The chain is there\": same answers`"),
        ];
        if let Some((_, what)) = missing.iter().find(|(is_missing, _)| *is_missing) {
            return Err(Fault::new(file, 0, format!("an exercise needs {what}")));
        }
        for check in &self.checks {
            if let Within::Model(name) = &check.within
                && parts::of(&self.start, name).is_none()
            {
                let message = format!("the check `{}` looks at the model `{name}`: begin it in the start, `| # Model {name}`", check.id);
                return Err(Fault::new(file, 0, message));
            }
            for place in check.kind.places() {
                if let Place::Named(name) | Place::Every { with: Some(name), .. } = place
                    && self.world(name).is_none()
                {
                    return Err(Fault::new(
                        file,
                        1,
                        format!("the check `{}` looks at the world `{name}`: write `World {name}:`", check.id),
                    ));
                }
            }
        }
        for name in self.hints.iter().filter_map(|(check, _)| check.as_ref()) {
            if !self.checks.iter().any(|check| check.id == *name) {
                return Err(Fault::new(file, 0, format!("`Hint {name}:` is for a check that is not there")));
            }
        }
        for wrong in &self.wrongs {
            if let Some((id, _)) = wrong.fails.iter().find(|(id, _)| !self.checks.iter().any(|check| check.id == *id)) {
                return Err(Fault::new(file, 0, format!("`Wrong {}` is said to fail the check `{id}`, which is not there", wrong.name)));
            }
        }
        Ok(())
    }
}

fn list(value: &str) -> Vec<String> {
    value.split(',').map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
}

fn number<T: std::str::FromStr>(file: &str, section: &Section) -> Result<T, Fault> {
    section.value.parse().map_err(|_| Fault::new(file, section.line, format!("`{}:` wants a number", section.keyword)))
}

/// `reach (too little), direct`
fn fails(file: &str, section: &Section) -> Result<Vec<(String, Option<Direction>)>, Fault> {
    let Some(value) = section.value.strip_prefix("fails ") else {
        let help = format!("say which checks it fails: `Wrong {}: fails chain (too little)`", section.name);
        return Err(Fault::new(file, section.line, help));
    };
    let one = |item: &str| {
        let Some((id, how)) = item.split_once('(') else { return Ok((item.to_owned(), None)) };
        let how = how.trim_end_matches(')').trim();
        let direction = [Direction::TooLittle, Direction::TooMuch, Direction::Both].into_iter().find(|own| own.words() == how);
        let message = "in brackets stands `too little`, `too much` or `both`";
        direction.map(|direction| (id.trim().to_owned(), Some(direction))).ok_or_else(|| Fault::new(file, section.line, message))
    };
    list(value).iter().map(|item| one(item)).collect()
}

fn check(file: &str, section: &Section, id: &str, is_hidden: bool) -> Result<Check, Fault> {
    let (kind, within) = kind(&section.value).map_err(|message| Fault::new(file, section.line, message))?;
    let needs_block = !matches!(kind, Kind::Question { .. } | Kind::Predicted | Kind::Catches(_) | Kind::Changes(_) | Kind::Reads);
    if id.is_empty() || section.title.is_empty() {
        let message = "a check has a short name and a title: `Check chain \"The chain is there\": same answers`";
        return Err(Fault::new(file, section.line, message));
    }
    if needs_block && section.block.trim().is_empty() {
        return Err(Fault::new(
            file,
            section.line,
            "say below it what is looked at, each line after `|`: a question, such as `| who provides what to whom?`",
        ));
    }
    Ok(Check { id: id.to_owned(), title: section.title.clone(), kind, within, block: section.block.clone(), is_hidden })
}

const KINDS: &str = "`same answers`, `same question 1`, `same question 1 in order`, `predicted`, `sorted`, `holds`, `catches 3`, `smallest`, \
`explains`, `enough`, `changes at most 1`, `uses`, `avoids`, `reads`; each may go on with `in NAME` or `in each model`; then those that ask \
the same and `holds` with `on the given`, `on NAME` and `on every world of 4 organizations`, joined by commas";

/// `same answers in second on the given, ring, every world of 3 organizations and 2 services`
fn kind(value: &str) -> Result<(Kind, Within), String> {
    let (what, on) = value.split_once(" on ").map_or((value, None), |(what, on)| (what, Some(on)));
    let is_ordered = what.contains(" in order");
    let what = what.replacen(" in order", "", 1);
    let (what, within) = match what.split_once(" in ") {
        None => (what.as_str(), Within::File),
        Some((what, "each model")) => (what, Within::EachModel),
        Some((what, name)) => (what, Within::Model(name.trim().to_owned())),
    };
    let places = || match on {
        None => Ok(vec![Place::Given]),
        Some(on) => list(on).iter().map(|one| place(one)).collect::<Result<Vec<_>, _>>(),
    };
    let last_number = || what.rsplit(' ').next().and_then(|word| word.parse::<usize>().ok());
    let wrong = || format!("there is no check `{value}`; there are {KINDS}");
    let kind = match what.trim() {
        question if question.starts_with("same question") => {
            Kind::Question { number: last_number().filter(|n| *n > 0).ok_or_else(wrong)?, is_ordered, places: places()? }
        }
        _ if is_ordered => return Err(wrong()),
        "same answers" => Kind::Same(places()?),
        "holds" => Kind::Holds(places()?),
        "smallest" if on.is_none() => Kind::Smallest(vec![Place::Every { organizations: 4, services: 1, with: None }]),
        "smallest" => Kind::Smallest(places()?),
        _ if on.is_some() => return Err(wrong()),
        "predicted" => Kind::Predicted,
        "sorted" => Kind::Sorted,
        "explains" => Kind::Explains,
        "enough" => Kind::Enough,
        "uses" => Kind::Uses,
        "avoids" => Kind::Avoids,
        "reads" => Kind::Reads,
        catches if catches.starts_with("catches") => Kind::Catches(last_number().ok_or_else(wrong)?),
        changes if changes.starts_with("changes at most") => Kind::Changes(last_number().ok_or_else(wrong)?),
        _ => return Err(wrong()),
    };
    Ok((kind, within))
}

fn place(text: &str) -> Result<Place, String> {
    let Some(every) = text.strip_prefix("every world of ") else {
        return Ok(if text == "the given" { Place::Given } else { Place::Named(text.to_owned()) });
    };
    let (every, with) = every.split_once(" with ").map_or((every, None), |(every, with)| (every, Some(with.trim().to_owned())));
    let count = |part: &str, what: &str| part.trim().strip_suffix(what)?.trim_end_matches(['s', ' ']).parse::<usize>().ok();
    let count = |part: &str, what: &str| count(part, what).or_else(|| count(part, &format!("{what}s")));
    let (organizations, services) = match every.split_once(" and ") {
        Some((organizations, services)) => (count(organizations, "organization"), count(services, "service")),
        None => (count(every, "organization"), Some(1)),
    };
    match (organizations, services) {
        (Some(organizations), Some(services)) if worlds::are_few(organizations, services) => {
            Ok(Place::Every { organizations, services, with })
        }
        (Some(_), Some(_)) => {
            Err("these are too many worlds: at most 4 organizations, or 3 and 2 services; name larger ones with `World`".to_owned())
        }
        _ => Err("write `every world of 4 organizations` or `every world of 3 organizations and 2 services`".to_owned()),
    }
}

impl Kind {
    pub(super) fn places(&self) -> &[Place] {
        match self {
            Self::Same(places) | Self::Question { places, .. } | Self::Holds(places) | Self::Smallest(places) => places,
            Self::Predicted
            | Self::Sorted
            | Self::Catches(_)
            | Self::Explains
            | Self::Enough
            | Self::Changes(_)
            | Self::Uses
            | Self::Avoids
            | Self::Reads => &[],
        }
    }
}
