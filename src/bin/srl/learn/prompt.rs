//! The exercises of a learner's folder at the prompt: what `:task`, `:check`, `:hint` and `:next` say there.

use srl::Problem;
use srl::session::{Course, CourseCommand, Part};

use super::folder::Folder;
use super::{Learning, Listener};
use crate::console::Unwritable;

/// The exercises that belong to where the prompt was opened; nothing if there are none, or their folder cannot be used.
pub(crate) fn course() -> Option<Box<dyn Course>> {
    let folder = Folder::is_here().then(|| Folder::open(None, None, &mut |_| {}).ok())??;
    Some(Box::new(AtPrompt(folder)))
}

#[derive(Debug)]
struct AtPrompt(Folder);

/// What is said becomes parts of a reply.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Listener for Parts {
    fn print(&mut self, text: &str) -> Result<(), Unwritable> {
        match self.0.last_mut() {
            Some(Part::Text(before)) => before.push_str(text),
            _ => self.0.push(Part::Text(text.to_owned())),
        }
        Ok(())
    }

    fn problems(&mut self, problems: &[Problem]) -> Result<(), Unwritable> {
        self.0.extend(problems.iter().cloned().map(Part::Problem));
        Ok(())
    }

    fn complain(&mut self, reason: &str) {
        self.0.push(Part::Complaint(reason.to_owned()));
    }

    fn flush(&mut self) -> Result<(), Unwritable> {
        Ok(())
    }
}

impl Course for AtPrompt {
    fn carry_out(&mut self, command: CourseCommand, exercise: &str, told: &str) -> Vec<Part> {
        let mut said = Parts::default();
        // How far one is may have changed: the exercises may be open in another window.
        if let Ok(folder) = Folder::open(Some(&self.0.path), None, &mut |_| {}) {
            self.0 = folder;
        }
        told.clone_into(&mut self.0.told);
        let name = Some(exercise).filter(|name| !name.is_empty());
        let mut learning = Learning { folder: &mut self.0, console: &mut said, before: ":" };
        let done = match command {
            CourseCommand::Task => learning.on(name, Learning::task),
            CourseCommand::Check => learning.on(name, Learning::check),
            CourseCommand::Hint => learning.on(name, Learning::hint),
            CourseCommand::Next => learning.next(),
        };
        // Parts can always be added; how it went stands in them.
        drop(done);
        said.0
    }

    fn current(&self) -> Option<(String, String)> {
        let exercise = self.0.exercise(None).ok()?;
        Some((exercise.id.clone(), exercise.given.to_string()))
    }
}
