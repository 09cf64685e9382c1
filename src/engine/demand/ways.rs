//! The shortest ways between two values along the direct pairs of a closure: whether the pair of both follows, and all that its shortest
//! proofs rest on. Both ends are searched from at once, the smaller side first, so that of a model of millions of pairs little is gone
//! through (Pohl, Bi-directional search, Machine Intelligence 6, 1971).

use rustc_hash::FxHashSet;

use super::{Found, Steps, courses, ends, links};
use crate::engine::error::EngineError;
use crate::engine::evaluate::too_many;
use crate::engine::join::Bounds;
use crate::engine::loops::Sink;
use crate::engine::{Closure, Context, Database};
use crate::logic::{Query, RelationId, Rule, Term};
use crate::plan::Plan;
use crate::value::{Dictionary, ValueId};

/// Direct pairs on shortest ways.
#[derive(Debug, Default)]
struct Pairs {
    stated: Vec<[u32; 2]>,
    derived: Vec<[u32; 2]>,
}

impl Database {
    /// Lets a closure hold what lies on the shortest ways between the two values that a question names, and between the same values the other
    /// way round if it does not hold; until [`Self::end_ways`] that is taken for all there is, and nothing else may be derived. Gives which closure it is;
    /// nothing if it is known already, if the question asks for something else or if it cannot be searched.
    pub(crate) fn begin_ways(
        &mut self,
        query: &Query,
        plan: &Plan,
        rules: &[Rule],
        dictionary: &mut Dictionary,
        context: Context,
    ) -> Result<Option<RelationId>, EngineError> {
        let Some((relation, [Term::Value(ValueId(from)), Term::Value(ValueId(to))])) = ends(query) else { return Ok(None) };
        let Some((stratum, closure)) = self.unknown_closure(relation, plan, context) else { return Ok(None) };
        let [Some(onwards), Some(back)] = [0, 1].map(|given| links(stratum, closure.rule, rules, given)) else { return Ok(None) };
        self.derive(stratum.needs.iter().copied(), plan, rules, dictionary, context)?;
        let bounds = Bounds::all(self);
        let (Some(onwards), Some(back)) = (courses(&onwards, self, &bounds)?, courses(&back, self, &bounds)?) else { return Ok(None) };
        let steps = [Steps::new(&onwards, self, &bounds), Steps::new(&back, self, &bounds)];
        let mut search = Search { steps, values: dictionary.len() };
        let mut pairs = search.ways(from, to)?;
        if pairs.is_empty() {
            pairs = search.ways(to, from)?;
        }
        let too_many = too_many(&rules[closure.rule], context);
        if pairs.len() as u64 > context.limits.max_facts {
            return Err(too_many);
        }
        let derived = &mut self.derived[relation.index()];
        derived.start_round();
        pairs.derived.iter().for_each(|pair| {
            derived.insert(pair);
        });
        let all = pairs.stated.iter().chain(&pairs.derived).map(|[from, to]| (*from, *to));
        match Closure::new(closure.form, all, u64::MAX, too_many, &self.interrupt) {
            Ok(closure) => self.closures[relation.index()] = Some(closure),
            Err(error) => {
                self.drop_stratum(stratum);
                return Err(error);
            }
        }
        self.set_complete(stratum, true);
        Ok(Some(relation))
    }

    /// Takes away what [`Self::begin_ways`] has found.
    pub(crate) fn end_ways(&mut self, relation: RelationId, plan: &Plan) {
        if let Some(stratum) = plan.stratum(relation) {
            self.drop_stratum(stratum);
        }
    }
}

impl Pairs {
    fn len(&self) -> usize {
        self.stated.len() + self.derived.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The steps onwards, and those back.
struct Search<'a> {
    steps: [Steps<'a>; 2],
    /// How many values there are.
    values: usize,
}

/// What was found from one end.
struct Side {
    found: Found,
    /// The values at each distance from the end, itself first.
    levels: Vec<Vec<u32>>,
}

impl Side {
    fn knows(&self, value: u32) -> bool {
        value == self.found.start || self.found.has(value)
    }

    fn width(&self) -> usize {
        self.levels.last().map_or(0, Vec::len)
    }
}

/// Two searches that have met.
struct Met {
    sides: [Side; 2],
    /// Where they have.
    values: FxHashSet<u32>,
}

impl Search<'_> {
    /// Searches from both ends of a way from one value to another, or back to it, until they meet; nothing if there is no way.
    fn meet(&mut self, from: u32, to: u32) -> Result<Option<Met>, EngineError> {
        let mut sides = [from, to].map(|start| Side { found: Found::from(start, self.values), levels: vec![vec![start]] });
        loop {
            let [onwards, back] = &sides;
            let own = usize::from(back.width() < onwards.width());
            let next = self.steps[own].go_on(sides[own].levels.last().map_or(&[], Vec::as_slice), &mut sides[own].found)?;
            if next.is_empty() {
                return Ok(None);
            }
            // Whatever the other side knows that is not on its last level would have been met before.
            let met: FxHashSet<u32> = next.iter().copied().filter(|value| sides[1 - own].knows(*value)).collect();
            sides[own].levels.push(next);
            if !met.is_empty() {
                return Ok(Some(Met { sides, values: met }));
            }
        }
    }

    /// The direct pairs on all shortest ways from one value to another, or back to it; none if there is no way.
    fn ways(&mut self, from: u32, to: u32) -> Result<Pairs, EngineError> {
        let Some(Met { sides, values }) = self.meet(from, to)? else { return Ok(Pairs::default()) };
        let mut pairs = Pairs::default();
        for (own, side) in sides.iter().enumerate() {
            let mut wanted = values.clone();
            for level in side.levels.iter().rev().skip(1) {
                wanted = self.steps_to(own, level, &wanted, &mut pairs)?;
            }
        }
        // Several rules may say the same, and what is stated may follow as well.
        pairs.stated.sort_unstable();
        pairs.stated.dedup();
        pairs.derived.sort_unstable();
        pairs.derived.dedup();
        pairs.derived.retain(|pair| pairs.stated.binary_search(pair).is_err());
        Ok(pairs)
    }

    /// Adds the pairs that lead from some values to wanted ones, or back to them; gives the values that do.
    fn steps_to(&mut self, own: usize, values: &[u32], wanted: &FxHashSet<u32>, pairs: &mut Pairs) -> Result<FxHashSet<u32>, EngineError> {
        let Steps { database, links } = &mut self.steps[own];
        let last = links.len() - 1;
        let mut leading = FxHashSet::default();
        for (number, (loops, given, state)) in links.iter_mut().enumerate() {
            // The last link says what is stated.
            let pairs = if number == last { &mut pairs.stated } else { &mut pairs.derived };
            loops.run_from(*given, values, state, &mut Leading { is_back: own == 1, wanted, pairs, found: &mut leading });
        }
        database.uninterrupted()?;
        Ok(leading)
    }
}

/// Takes the pairs of values with those that are wanted.
struct Leading<'p> {
    /// The value from which it leads comes second.
    is_back: bool,
    wanted: &'p FxHashSet<u32>,
    pairs: &'p mut Vec<[u32; 2]>,
    found: &'p mut FxHashSet<u32>,
}

impl Sink for Leading<'_> {
    fn row(&mut self, row: &[u32]) {
        self.rows(&mut [row[0], 0], 1, &row[1..]);
    }

    fn rows(&mut self, row: &mut [u32], _column: usize, values: &[u32]) {
        for &other in values.iter().filter(|other| self.wanted.contains(*other)) {
            self.pairs.push(if self.is_back { [other, row[0]] } else { [row[0], other] });
            self.found.insert(row[0]);
        }
    }

    fn takes_more(&self) -> bool {
        true
    }
}
