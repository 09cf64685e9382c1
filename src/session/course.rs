//! Exercises at the prompt: `:task`, `:check`, `:hint` and `:next`. What is given with a task is told to the model, so that it can be asked about.
//! Where the exercises are, and how far the learner is, is the business of whoever implements [`Course`].

use std::fmt;

use super::{Part, Reply, Session};
use crate::model::Files;
use crate::source::Source;

/// What can be done with an exercise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CourseCommand {
    /// Shows what is to be done.
    Task,
    /// Tells whether it is done.
    Check,
    /// Helps, one step at a time.
    Hint,
    /// Goes on to the next exercise, and shows it.
    Next,
}

/// Exercises that belong to the folder in which a session is.
pub trait Course: fmt::Debug {
    /// Carries out a command for the exercise of this name, or, if it is empty, for the one that the learner is at. `told` is what was told at
    /// the prompt since its task was shown.
    fn carry_out(&mut self, command: CourseCommand, exercise: &str, told: &str) -> Vec<Part>;

    /// The exercise that the learner is at, and what is given there; nothing if there is none.
    fn current(&self) -> Option<(String, String)>;
}

impl Session {
    /// Lets the commands for exercises speak of these.
    pub fn set_course(&mut self, course: Box<dyn Course>) {
        self.course = Some(course);
    }

    pub(super) fn carry_out(&mut self, command: CourseCommand, exercise: &str, files: &dyn Files) -> Reply {
        let Some(mut course) = self.course.take() else {
            return Reply::complaint("there are no exercises here; `srl learn` begins them, and in their folder this works");
        };
        let given = course.current().map(|(_, given)| given);
        let inputs = self.entries.iter().filter_map(|entry| entry.text.as_ref());
        let told: Vec<_> = inputs.filter(|text| Some(*text) != given.as_ref()).map(String::as_str).collect();
        let mut reply = Reply { parts: course.carry_out(command, exercise, &told.join("\n")), ..Reply::default() };
        if matches!(command, CourseCommand::Task | CourseCommand::Next)
            && let Some((id, given)) = course.current()
            && self.exercise.as_ref() != Some(&id)
        {
            self.begin_exercise(id, &given, files, &mut reply);
        }
        self.course = Some(course);
        reply
    }

    /// Puts what is given in place of what was told before.
    fn begin_exercise(&mut self, id: String, given: &str, files: &dyn Files, reply: &mut Reply) {
        if !self.entries.is_empty() {
            reply.parts.extend(self.start_over(files).parts);
            reply.parts.push(Part::Note("what was told before is taken back; `:undo` brings it back".to_owned()));
        }
        if !given.trim().is_empty() {
            let told = self.tell(Source::new("given", given), given, files, false);
            let is_failed = told.is_failed();
            reply.parts.extend(told.parts.into_iter().filter(Part::is_error));
            if !is_failed {
                reply.parts.push(Part::Note("What is given is told: ask about it here.".to_owned()));
            }
        }
        self.exercise = Some(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::NoFiles;
    use crate::session::Setup;

    /// Two exercises; what was told is said back.
    #[derive(Debug, Default)]
    struct Two(usize);

    impl Course for Two {
        fn carry_out(&mut self, command: CourseCommand, _: &str, told: &str) -> Vec<Part> {
            self.0 += usize::from(command == CourseCommand::Next);
            vec![Part::Note(format!("{command:?}: {told}"))]
        }

        fn current(&self) -> Option<(String, String)> {
            Some((self.0.to_string(), format!("A provides number{} to B\n", self.0)))
        }
    }

    #[test]
    fn what_is_given_is_told_and_what_is_told_is_checked() {
        let mut session = Session::new(Setup::default()).unwrap();
        assert!(session.enter(":task", &NoFiles).is_failed(), "there are no exercises");
        session.set_course(Box::new(Two::default()));
        let said = |reply: Reply| match reply.parts.first() {
            Some(Part::Note(note)) => note.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(said(session.enter(":task", &NoFiles)), "Task: ");
        let holds = |session: &mut Session, number: u8| session.model.ask(&format!("does A provide number{number} to B?")).unwrap().holds();
        assert!(holds(&mut session, 0));
        session.enter("B provides tea to C", &NoFiles);
        assert_eq!(said(session.enter(":check", &NoFiles)), "Check: B provides tea to C");
        session.enter(":undo", &NoFiles);
        assert_eq!(said(session.enter(":check", &NoFiles)), "Check: ");
        assert_eq!(said(session.enter(":next", &NoFiles)), "Next: ");
        assert!(holds(&mut session, 1) && !holds(&mut session, 0));
    }
}
