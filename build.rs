//! Lists the files of the course in `examples/exercises`, so that each becomes part of the program (`src/lessons/course.rs`).

use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = path("CARGO_MANIFEST_DIR")?.join("examples/exercises");
    println!("cargo::rerun-if-changed={}", folder.display());
    let files = fs::read_dir(&folder)?.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
    let mut files = files.collect::<io::Result<Vec<_>>>()?;
    files.sort();
    let line = |name: &String| format!("    ({name:?}, include_str!({:?})),\n", folder.join(name).display().to_string());
    let list: String = files.iter().map(line).collect();
    fs::write(path("OUT_DIR")?.join("course.rs"), format!("&[\n{list}]\n"))
}

fn path(variable: &str) -> io::Result<PathBuf> {
    env::var_os(variable).map(PathBuf::from).ok_or_else(|| io::Error::other(format!("cargo sets {variable}")))
}
