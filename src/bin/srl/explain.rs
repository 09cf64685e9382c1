//! `srl explain`: the page of an error code, or the list of all.

use std::fmt::Write as _;

use crate::Status;
use crate::console::{Console, Unwritable};

pub(crate) fn explain(code: Option<&str>, console: &mut Console) -> Result<Status, Unwritable> {
    let Some(code) = code else {
        let mut list = String::new();
        for code in srl::codes() {
            let title = srl::explain(code).and_then(|page| page.lines().next()).unwrap_or_default();
            let _ = writeln!(list, "{}", title.trim_start_matches("# "));
        }
        console.print(&list)?;
        return Ok(Status::Fine);
    };
    if let Some(page) = srl::explain(code) {
        console.print(page)?;
        Ok(Status::Fine)
    } else {
        console.complain(&format!("there is no code `{code}`; `srl explain` lists all of them"));
        Ok(Status::Wrong)
    }
}
