//! The command line's words: what can be asked of `srl`, nothing of how it is done.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;
use srl::session::{mebibytes, seconds};

/// SRL, the Service Relationship Language: say who provides which service to whom, and ask what follows.
#[derive(Debug, Parser)]
#[command(name = "srl", version, after_help = EXAMPLES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) options: Options,
}

const EXAMPLES: &str = "\
Without a command: the prompt.

Examples:
  srl
  srl run examples/suppliers.srl
  srl ask examples/suppliers.srl -q 'who relies on CloudCo?' -q 'is CloudCo a provider?'
  srl plan examples/suppliers.srl -q 'who relies on CloudCo?'
  srl check *.srl
  srl test examples
  srl fmt --check .
  srl explain E0201

Exit status: 0 fine; 1 an expectation or `forbid` failed, or a file is not formatted (`srl fmt --check`); 2 the program, its data
or the command line is wrong; 3 a limit was hit; 4 a file named here could not be read or the output not written;
130 interrupted.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tell and ask at the prompt; what is piped into it runs as a script
    Repl {
        /// Scripts to begin with, in order
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Keep everything that changes the model in this file, and begin with what it holds
        #[arg(long, value_name = "FILE")]
        journal: Option<PathBuf>,
    },
    /// Run scripts: state their facts, answer their questions
    Run {
        /// The scripts, in order, into one model; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Load scripts without printing their own answers, then answer questions
    Ask {
        /// The scripts, in order, into one model; `-` is standard input
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A question; its question mark may be left out
        #[arg(short, long = "question", required = true, value_name = "QUESTION")]
        questions: Vec<String>,
    },
    /// Load scripts without answering their questions, then show how questions would be answered
    Plan {
        /// The scripts, in order, into one model; `-` is standard input
        #[arg(value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A question; its question mark may be left out
        #[arg(short, long = "question", required = true, value_name = "QUESTION")]
        questions: Vec<String>,
    },
    /// Look for mistakes, and for verbs and rules of no use, without running anything
    Check {
        /// The scripts, in order; `-` is standard input
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Run scripts for their checks alone, each in a model of its own, and say which hold
    Test {
        /// Scripts, and folders that are searched for `.srl` files; `-` is standard input
        #[arg(required = true, value_name = "FILE|DIR")]
        paths: Vec<PathBuf>,
        /// Also write the results into a file, as JUnit XML
        #[arg(long, value_name = "FILE")]
        junit: Option<PathBuf>,
    },
    /// Bring scripts into the one layout that all SRL scripts share
    Fmt {
        /// Write nothing: show what would change, and fail if anything would
        #[arg(long)]
        check: bool,
        /// Scripts, and folders with scripts (`*.srl`) in them; `-` formats standard input to standard output
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Learn by exercises: start or go on, and check whenever the file is saved
    Learn {
        #[command(subcommand)]
        action: Option<LearnAction>,
        #[command(flatten)]
        options: LearnOptions,
    },
    /// Explain a code such as E0201, or list all of them
    Explain {
        /// The code
        code: Option<String>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct LearnOptions {
    /// The folder with your files; without it this one, if you have begun here, else `srl-exercises`
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// Exercises other than the course that comes with SRL
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) pack: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LearnAction {
    /// Go to the next exercise that is not done
    Next,
    /// Check your file
    Check {
        /// The exercise: its number or name; without it the current one
        exercise: Option<String>,
    },
    /// Show one more hint
    Hint {
        /// The exercise: its number or name; without it the current one
        exercise: Option<String>,
    },
    /// Show what to do
    Task {
        /// The exercise: its number or name; without it the current one
        exercise: Option<String>,
    },
    /// List all exercises, and which are done
    List,
    /// Begin an exercise again; your file is kept under another name
    Reset {
        /// The exercise: its number or name; without it the current one
        exercise: Option<String>,
    },
    /// Check all your files once more
    Verify,
    /// For authors: make a folder with a pack of exercises to begin with
    NewPack {
        /// The folder
        folder: PathBuf,
    },
    /// For authors: look for what is wrong with a pack
    VerifyPack {
        /// The folder of the pack, with its keys
        folder: PathBuf,
    },
    /// For authors: make the part of a pack that learners get, without solutions
    BuildPack {
        /// The folder of the pack, with its keys
        folder: PathBuf,
        /// The folder for the learners' part
        out: PathBuf,
    },
    /// For teachers: check what a class has handed in
    Grade(GradeOrder),
}

#[derive(Debug, Args)]
pub(crate) struct GradeOrder {
    /// Folders of learners, or folders that hold one for each learner
    #[arg(required = true, value_name = "FOLDER")]
    pub(crate) folders: Vec<PathBuf>,
    /// The folder of the pack, with its keys
    #[arg(long, value_name = "PACK")]
    pub(crate) key: PathBuf,
    /// Write JSON, CSV, JUnit and Gradescope files and the class report into this folder; without it the report is shown
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// A table with what you give by hand, whatever was computed: student,exercise,score,reason
    #[arg(long, value_name = "FILE")]
    pub(crate) overrides: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option that is given or not")]
pub(crate) struct Options {
    /// How answers and problems are written
    #[arg(long, global = true, value_enum, default_value_t = OutputFormat::Text)]
    pub(crate) format: OutputFormat,
    /// Whether to colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub(crate) color: Color,
    /// Words alone, one row a line: for screen readers
    #[arg(long, global = true)]
    pub(crate) plain: bool,
    /// Answers alone: no questions, no row counts, no warnings
    #[arg(long, global = true)]
    pub(crate) quiet: bool,
    /// Say on standard error how long each answer took, and all of it; at the prompt each input
    #[arg(long, global = true)]
    pub(crate) time: bool,
    /// Let only the facts of this day count, until a script says `as of` itself
    #[arg(long, global = true, value_name = "DATE", value_parser = day)]
    pub(crate) as_of: Option<Date>,
    /// A vocabulary beside the standard one, or `none` for neither
    #[arg(long, global = true, value_name = "NAME", default_value = "itil")]
    pub(crate) vocabulary: String,
    /// Go on after a statement that failed when it ran
    #[arg(long, global = true)]
    pub(crate) keep_going: bool,
    /// Pass over rows of imported files that do not fit, and count them
    #[arg(long, global = true)]
    pub(crate) lenient: bool,
    /// Afterwards say, on standard error, what took how long, and what each rule cost
    #[arg(long, global = true)]
    pub(crate) profile: bool,
    /// The most facts that one question may derive
    #[arg(long, global = true, value_name = "NUMBER")]
    pub(crate) max_facts: Option<u64>,
    /// So many threads may work on one question: two or more are quicker where many results are looked for and few are new
    #[arg(long, global = true, value_name = "NUMBER", default_value_t = 1, hide_default_value = true, value_parser = clap::value_parser!(u8).range(1..))]
    pub(crate) threads: u8,
    /// The longest that one statement or question may take
    #[arg(long, global = true, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) max_time: Option<u32>,
    /// The most memory that may be taken, as in `512M` or `4G`; a number alone counts mebibytes
    #[arg(long, global = true, value_name = "SIZE", value_parser = mebibytes)]
    pub(crate) max_memory: Option<u32>,
}

/// A day as scripts write it.
fn day(text: &str) -> Result<Date, &'static str> {
    // A parser of dates alone would let `20260201` and times of day pass, too.
    let is_day = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() });
    if !is_day {
        return Err("write a day as year-month-day, such as 2026-02-01");
    }
    text.parse().map_err(|_| "the calendar has no such day; write year-month-day, such as 2026-02-01")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    Text,
    Json,
    Csv,
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}
