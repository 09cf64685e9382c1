//! The parser that pest makes of `grammar/srl.pest`. Only [`crate::syntax`] sees its rules.
#![expect(unreachable_pub, reason = "pest derives these items")]

use pest::Parser as _;
use pest::error::{Error, InputLocation};
use pest::iterators::Pair;

#[derive(pest_derive::Parser)]
#[grammar = "grammar/srl.pest"]
pub struct SrlParser;

/// Reads one statement; otherwise gives the byte where nothing fitted any more.
pub(super) fn parse(statement: &str) -> Result<Pair<'_, Rule>, usize> {
    let stop = |error: Error<Rule>| match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let mut pairs = SrlParser::parse(Rule::statement, statement).map_err(stop)?;
    Ok(pairs.next().expect("the rule `statement` makes one pair"))
}
