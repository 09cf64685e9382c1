//! Small worlds: every way in which a few organizations can provide a few services to each other, the least surprising first.
//!
//! Worlds that differ in names alone are the same for a rule that mentions no names, so of many alike only one is kept; of the
//! smallest all are, so that a rule that does mention names is found out. What follows in a world is the business of others.

use std::fmt::Write as _;
use std::sync::Arc;

/// The names that worlds use: those that tasks use, too.
const ORGANIZATIONS: [&str; 4] = ["A", "B", "C", "D"];
const SERVICES: [&str; 2] = ["hosting", "storage"];

/// So many possible facts make 4,096 worlds.
const MAX_FACTS: usize = 12;

/// Of worlds with at most so many possible facts none is left out.
const ALL_FACTS: usize = 6;

/// Facts that take the place of the given ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    /// Its name, if the pack gives it one.
    pub name: Option<String>,
    /// Its facts, as text; nothing for the given ones.
    pub facts: Option<Arc<str>>,
}

/// Whether all worlds of so many can be looked at.
pub(super) fn are_few(organizations: usize, services: usize) -> bool {
    organizations <= ORGANIZATIONS.len()
        && (1..=SERVICES.len()).contains(&services)
        && organizations * organizations.saturating_sub(1) * services <= MAX_FACTS
}

/// Whether a world says nothing but who provides what to whom, and who and what is there, in single words: what small worlds say.
pub(super) fn is_plain(facts: &str) -> bool {
    facts.lines().all(|line| {
        let words: Vec<_> = line.split(' ').collect();
        let is_name = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        match words.as_slice() {
            [p, "provides", s, "to", c] => [p, s, c].into_iter().all(|word| is_name(word)),
            [name, "is", "an", "organization"] | [name, "is", "a", "service"] => is_name(name),
            _ => false,
        }
    })
}

/// All worlds of up to so many organizations and services: those without loops first, then the smaller ones.
pub(super) fn every(organizations: usize, services: usize) -> Vec<World> {
    let mut found = Vec::new();
    for count in 0..=organizations {
        let shape = Shape::new(count, services);
        let mut seen = vec![false; 1 << shape.facts.len()];
        // Of worlds alike the one in which the first names provide comes first: A to B to C is read more easily than B to A to C.
        let mut worlds: Vec<u32> = (0..1 << shape.facts.len()).collect();
        worlds.sort_by_key(|world| std::cmp::Reverse(world.reverse_bits()));
        for world in worlds {
            if seen[world as usize] {
                continue;
            }
            found.push((shape.has_loop(world), count, world.count_ones(), shape.text(world)));
            if shape.facts.len() > ALL_FACTS {
                shape.images(world).for_each(|image| seen[image as usize] = true);
            }
        }
    }
    found.sort_by_key(|(has_loop, count, facts, _)| (*has_loop, *count, *facts));
    found.into_iter().map(|(.., facts)| World { name: None, facts: Some(facts.into()) }).collect()
}

/// The facts that are possible among some organizations and services; a world is a set of their numbers, as bits.
struct Shape {
    organizations: usize,
    services: usize,
    /// Provider, service, consumer.
    facts: Vec<(usize, usize, usize)>,
    /// Where each fact goes when organizations and services change places, for each way to do so.
    exchanges: Vec<Vec<usize>>,
}

impl Shape {
    fn new(organizations: usize, services: usize) -> Self {
        let pairs = (0..organizations).flat_map(|p| (0..organizations).map(move |c| (p, c))).filter(|(p, c)| p != c);
        let facts: Vec<_> = pairs.flat_map(|(p, c)| (0..services).map(move |s| (p, s, c))).collect();
        let moved = |o: &[usize], s: &[usize]| {
            let place = |(p, service, c): &(usize, usize, usize)| facts.iter().position(|fact| *fact == (o[*p], s[*service], o[*c]));
            facts.iter().filter_map(place).collect::<Vec<_>>()
        };
        let ways = orders(organizations).into_iter().flat_map(|o| orders(services).into_iter().map(move |s| (o.clone(), s)));
        let exchanges = ways.map(|(o, s)| moved(&o, &s)).collect();
        Self { organizations, services, facts, exchanges }
    }

    fn holds(world: u32, fact: usize) -> bool {
        world & (1 << fact) != 0
    }

    /// The worlds that are alike but for names.
    fn images(&self, world: u32) -> impl Iterator<Item = u32> {
        self.exchanges.iter().map(move |exchange| {
            let moved = exchange.iter().enumerate().filter(|(fact, _)| Self::holds(world, *fact));
            moved.fold(0, |image, (_, place)| image | 1 << place)
        })
    }

    /// Whether somebody is reached from themselves. Takes away, again and again, who provides nothing to anybody left.
    fn has_loop(&self, world: u32) -> bool {
        let mut left = vec![true; self.organizations];
        loop {
            let provides = |organization: usize| {
                let mut facts = self.facts.iter().enumerate();
                facts.any(|(fact, (p, _, c))| *p == organization && left[*c] && Self::holds(world, fact))
            };
            let Some(last) = (0..self.organizations).find(|organization| left[*organization] && !provides(*organization)) else { break };
            left[last] = false;
        }
        left.contains(&true)
    }

    fn text(&self, world: u32) -> String {
        let mut text = String::new();
        for (_, (p, s, c)) in self.facts.iter().enumerate().filter(|(fact, _)| Self::holds(world, *fact)) {
            let _ = writeln!(text, "{} provides {} to {}", ORGANIZATIONS[*p], SERVICES[*s], ORGANIZATIONS[*c]);
        }
        let is_alone = |organization: &usize| {
            !self.facts.iter().enumerate().any(|(fact, (p, _, c))| Self::holds(world, fact) && (p == organization || c == organization))
        };
        for organization in (0..self.organizations).filter(is_alone) {
            let _ = writeln!(text, "{} is an organization", ORGANIZATIONS[organization]);
        }
        let is_offered = |service: &usize| self.facts.iter().enumerate().any(|(fact, (_, s, _))| Self::holds(world, fact) && s == service);
        // With one service only, nobody asks about services that nobody provides.
        for service in (0..self.services).filter(|service| self.services > 1 && !is_offered(service)) {
            let _ = writeln!(text, "{} is a service", SERVICES[service]);
        }
        text
    }
}

/// All orders of the first numbers.
pub(super) fn orders(count: usize) -> Vec<Vec<usize>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let insert = |order: Vec<usize>| (0..count).map(move |at| [&order[..at], &[count - 1], &order[at..]].concat());
    orders(count - 1).into_iter().flat_map(insert).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_worlds_that_are_alike_one_is_kept() {
        // 1, 1, 4 and 64 worlds of 0 to 3 organizations, and the 218 directed graphs of 4 points that are not alike.
        assert_eq!(every(4, 1).len(), 1 + 1 + 4 + 64 + 218);
        assert_eq!(every(2, 1).len(), 1 + 1 + 4);
        assert_eq!(every(1, 2).len(), 2);
    }

    #[test]
    fn the_least_surprising_come_first() {
        let texts: Vec<_> = every(4, 1).into_iter().map(|world| world.facts.unwrap()).collect();
        assert_eq!(&*texts[0], "");
        assert_eq!(&*texts[1], "A is an organization\n");
        assert_eq!(&*texts[3], "A provides hosting to B\n");
        let place = |facts: &str| texts.iter().position(|text| &**text == facts).unwrap();
        let two_ways = place("A provides hosting to B\nB provides hosting to A\n");
        assert_eq!(two_ways, 1 + 1 + 3 + 25 + 31, "after all directed acyclic graphs: 1, 1, 3 and 25 of 0 to 3 points, and 31 of 4");
    }

    #[test]
    fn what_would_be_too_many_is_refused() {
        assert!(are_few(4, 1) && are_few(3, 2) && are_few(0, 1));
        assert!(!are_few(5, 1) && !are_few(4, 2) && !are_few(3, 3) && !are_few(3, 0));
    }
}
