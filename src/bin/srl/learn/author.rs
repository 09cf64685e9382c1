//! What the author of a pack does: begin one, have it verified, make the part that learners get.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use srl::Interrupt;
use srl::lessons::{Pack, Verification, verify_exercise};

use super::folder;
use crate::Status;
use crate::console::{Console, Unwritable};
use crate::files;

/// The files of a pack that begins: one exercise, complete, to be changed.
const TEMPLATE: &[(&str, &str)] = &[
    ("pack", include_str!("template/pack")),
    ("01-first.exercise", include_str!("template/01-first.exercise")),
    ("01-first.key", include_str!("template/01-first.key")),
];

pub(super) fn new_pack(path: &Path, console: &mut Console) -> Result<Status, Unwritable> {
    if fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some()) {
        console.complain(&format!("`{}` is there already and is not empty", path.display()));
        return Ok(Status::Unreadable);
    }
    let written = fs::create_dir_all(path).and_then(|()| TEMPLATE.iter().try_for_each(|(name, text)| files::write(&path.join(name), text)));
    if let Err(error) = written {
        console.complain(&format!("cannot write in `{}`: {error}", path.display()));
        return Ok(Status::Unreadable);
    }
    let path = path.display();
    console.print(&format!(
        "{path} holds a pack with one exercise: change it, and add others.\n\
         `srl learn verify-pack {path}` tells what is wrong with it.\n\
         `srl learn --pack {path} --folder try` lets you try it as a learner.\n"
    ))?;
    Ok(Status::Fine)
}

pub(super) fn verify_pack(path: &Path, console: &mut Console) -> Result<Status, Unwritable> {
    let pack = match folder::pack(path) {
        Ok(pack) => pack,
        Err(reason) => {
            console.complain(&reason);
            return Ok(Status::Wrong);
        }
    };
    console.busy("each exercise is tried out");
    let found = verify(&pack);
    console.pause();
    for fault in &found.faults {
        console.print(&format!("MEND  {}/{fault}\n", path.display()))?;
    }
    for remark in &found.remarks {
        console.print(&format!("LOOK  {}/{remark}\n", path.display()))?;
    }
    let some = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    console.print(&format!(
        "{}{}: {} to mend, {} to look at.\n",
        found.coverage,
        some(pack.exercises.len(), "exercise"),
        some(found.faults.len(), "fault"),
        some(found.remarks.len(), "remark")
    ))?;
    Ok(if found.faults.is_empty() { Status::Fine } else { Status::Failed })
}

/// Looks at as many exercises at a time as the machine can.
fn verify(pack: &Pack) -> Verification {
    let next = AtomicUsize::new(0);
    let take = || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < pack.exercises.len());
    let work = || std::iter::from_fn(take).map(|number| (number, verify_exercise(pack, number, &Interrupt::default()))).collect::<Vec<_>>();
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut found: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    found.sort_by_key(|(number, _)| *number);
    Verification::of(pack, found.into_iter().map(|(_, found)| found))
}

pub(super) fn build_pack(path: &Path, out: &Path, console: &mut Console) -> Result<Status, Unwritable> {
    console.remark(folder::SHARING);
    let shared =
        folder::pack(path).and_then(|pack| pack.share(folder::texts(path), &Interrupt::default()).map_err(|fault| fault.to_string()));
    let shared = match shared {
        Ok(shared) => shared,
        Err(reason) => {
            console.complain(&reason);
            return Ok(Status::Wrong);
        }
    };
    if fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_some()) {
        console.complain(&format!("`{}` is not empty: keys that lie there would go to the learners", out.display()));
        return Ok(Status::Unreadable);
    }
    let written = fs::create_dir_all(out).and_then(|()| shared.iter().try_for_each(|(name, text)| files::write(&out.join(name), text)));
    if let Err(error) = written {
        console.complain(&format!("cannot write in `{}`: {error}", out.display()));
        return Ok(Status::Unreadable);
    }
    console.print("These files are for learners, without any solution:\n")?;
    for (name, _) in &shared {
        console.print(&format!("  {}\n", out.join(name).display()))?;
    }
    Ok(Status::Fine)
}
