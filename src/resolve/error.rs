//! What can be wrong with a statement that was read: names, verbs, rules and checks, codes E02xx, E03xx, E0601 and E0602, and the lints W02xx and W03xx.

use miette::Diagnostic;
use thiserror::Error;

use crate::source::Span;

/// A statement that can be read and does not mean anything, or hardly what was meant.
#[derive(Debug, Clone, PartialEq, Eq, Error, Diagnostic)]
#[non_exhaustive]
pub enum ResolveError {
    /// A verb that nobody declared.
    #[error("the verb `{verb}` is not declared")]
    #[diagnostic(code(E0201), help("{help}"))]
    UnknownVerb {
        /// The verb.
        verb: String,
        /// The nearest declared one, or how to declare it.
        help: String,
        /// Where it stands.
        #[label(primary, "unknown verb")]
        at: Span,
    },

    /// A fact or a head without one of its slots.
    #[error("`{verb}` needs to know {slot}")]
    #[diagnostic(code(E0202), help("{help}"))]
    MissingSlot {
        /// The verb.
        verb: String,
        /// The slot that is left out, with its article.
        slot: String,
        /// The sentence with its missing parts.
        help: String,
        /// The sentence.
        #[label(primary, "{slot} is missing")]
        at: Span,
    },

    /// A preposition that the verb does not take.
    #[error("`{verb}` does not go with `{preposition}`")]
    #[diagnostic(code(E0203), help("{help}"))]
    UnknownPreposition {
        /// The verb.
        verb: String,
        /// The preposition.
        preposition: String,
        /// What it goes with.
        help: String,
        /// Where it stands.
        #[label(primary, "no slot for this")]
        at: Span,
    },

    /// The same preposition twice.
    #[error("`{preposition}` stands twice in one sentence")]
    #[diagnostic(code(E0204), help("write two sentences, or in a fact a list: `{preposition} A, B`"))]
    RepeatedPreposition {
        /// The preposition.
        preposition: String,
        /// The first one.
        #[label("first here")]
        first: Span,
        /// The second one.
        #[label(primary, "and here again")]
        second: Span,
    },

    /// An object after a verb that has none.
    #[error("nothing can follow `{verb}` directly")]
    #[diagnostic(code(E0205), help("it is said like this: `{pattern}`"))]
    NoObject {
        /// The verb.
        verb: String,
        /// The sentence with a preposition, or how the verb is declared.
        pattern: String,
        /// The object.
        #[label(primary, "a preposition is missing before this, or it does not belong here")]
        at: Span,
    },

    /// A fact whose last day comes before its first.
    #[error("this fact holds on no day: it ends before it begins")]
    #[diagnostic(code(E0218), help("{help}"))]
    EndsBeforeItBegins {
        /// The fact with its days the other way round.
        help: String,
        /// The first day.
        #[label("from this day on")]
        since: Span,
        /// The last day.
        #[label(primary, "until this one, which is earlier")]
        until: Span,
    },

    /// A verb that is declared in two ways.
    #[error("the verb `{verb}` is declared twice, and differently")]
    #[diagnostic(code(E0206), help("keep one of them: `{first}` ({place}) or `{second}`"))]
    RedeclaredVerb {
        /// The verb.
        verb: String,
        /// The first declaration.
        first: String,
        /// Where it stands.
        place: String,
        /// The second one.
        second: String,
        /// Where the second one stands.
        #[label(primary, "declared again here")]
        at: Span,
    },

    /// A reading whose words belong to another one.
    #[error("`{verb}` already says something else")]
    #[diagnostic(code(E0207), help("it belongs to `{owner}` ({place}); choose other words"))]
    TakenWords {
        /// The words.
        verb: String,
        /// The reading that has them.
        owner: String,
        /// Where that stands.
        place: String,
        /// Where they are wanted.
        #[label(primary, "these words are taken")]
        at: Span,
    },

    /// A reading that names a slot that the verb does not have.
    #[error("`{slot}` is no slot of this verb")]
    #[diagnostic(code(E0208), help("{help}"))]
    UnknownSlot {
        /// The name.
        slot: String,
        /// The slots that there are.
        help: String,
        /// Where it stands.
        #[label(primary, "not declared above")]
        at: Span,
    },

    /// A reading that leaves out a slot that must be filled.
    #[error("this reading leaves out the slot `{slot}`")]
    #[diagnostic(code(E0208), help("every reading names all slots that are not optional; add `{slot}`"))]
    IncompleteReading {
        /// The slot.
        slot: String,
        /// The reading.
        #[label(primary, "`{slot}` is missing")]
        at: Span,
    },

    /// A number where a name belongs, and so on.
    #[error("the {slot} of `{verb}` is {expected}, not {found}")]
    #[diagnostic(code(E0209), help("{help}"))]
    WrongSort {
        /// The slot.
        slot: String,
        /// The verb.
        verb: String,
        /// What belongs there, with its article.
        expected: String,
        /// What stands there, with its article.
        found: String,
        /// How to say it.
        help: String,
        /// Where it stands.
        #[label(primary, "this is {found}")]
        at: Span,
    },

    /// A vocabulary that does not exist.
    #[error("there is no vocabulary `{name}`")]
    #[diagnostic(code(E0210), help("{help}"))]
    UnknownVocabulary {
        /// Its name.
        name: String,
        /// Those that there are.
        help: String,
        /// Where it stands.
        #[label(primary, "unknown")]
        at: Span,
    },

    /// A file that cannot be included.
    #[error("the file `{path}` cannot be read: {reason}")]
    #[diagnostic(code(E0211), help("paths are relative to the file that includes them"))]
    MissingFile {
        /// Its path as written.
        path: String,
        /// What the system says.
        reason: String,
        /// Where it is included.
        #[label(primary, "included here")]
        at: Span,
    },

    /// A file that includes itself.
    #[error("this file includes itself: {chain}")]
    #[diagnostic(code(E0212), help("take one of the includes out"))]
    IncludeCycle {
        /// The files on the way round.
        chain: String,
        /// The include that closes the cycle.
        #[label(primary, "this closes the circle")]
        at: Span,
    },

    /// A kind that nobody declared.
    #[error("there is no kind `{kind}`")]
    #[diagnostic(code(E0213), help("{help}"))]
    UnknownKind {
        /// Its name.
        kind: String,
        /// The nearest one, or how to declare it.
        help: String,
        /// Where it stands.
        #[label(primary, "unknown kind")]
        at: Span,
    },

    /// A slot that is declared twice.
    #[error("the slot `{slot}` stands twice in one verb")]
    #[diagnostic(code(E0214), help("give each slot a name of its own, as in `from:node links to:node`"))]
    RepeatedSlot {
        /// Its name.
        slot: String,
        /// The second one.
        #[label(primary, "the same name again")]
        at: Span,
    },

    /// A kind that is its own special case, or built in.
    #[error("`{kind}` cannot be declared like this")]
    #[diagnostic(code(E0215), help("{help}"))]
    BadKind {
        /// Its name.
        kind: String,
        /// Why not.
        help: String,
        /// Where it is declared.
        #[label(primary, "declared here")]
        at: Span,
    },

    /// `use none` after something else.
    #[error("`use none` comes too late")]
    #[diagnostic(code(E0216), help("make it the first statement of the first file, or start with `--vocabulary none`"))]
    LateUseNone {
        /// The statement.
        #[label(primary, "other statements came before")]
        at: Span,
    },

    /// A scenario that nobody has declared.
    #[error("there is no scenario `{name}`")]
    #[diagnostic(code(E0219), help("{help}"))]
    UnknownScenario {
        /// Its name.
        name: String,
        /// The nearest one.
        help: String,
        /// Where it is named.
        #[label(primary, "not declared")]
        at: Span,
    },

    /// A scenario whose name is taken.
    #[error("the name `{name}` is taken")]
    #[diagnostic(code(E0220), help("{help}"))]
    RepeatedScenario {
        /// Its name.
        name: String,
        /// Where the first one stands, and what to do.
        help: String,
        /// The second one.
        #[label(primary, "another one has this name")]
        at: Span,
    },

    /// A scenario that builds on itself.
    #[error("these scenarios build on each other in a loop: {chain}")]
    #[diagnostic(code(E0221), help("one of them must build on the model itself: leave its `extends …` out"))]
    ScenarioLoop {
        /// The loop.
        chain: String,
        /// What one of them builds on.
        #[label(primary, "it builds on itself in the end")]
        at: Span,
    },

    /// Lists whose combinations are more than anybody means.
    #[error("this sentence states more than {max} facts", max = crate::resolve::MAX_LISTED)]
    #[diagnostic(code(E0217), help("lists state every combination; split the sentence, or `import` a table"))]
    TooManyListed {
        /// The sentence.
        #[label(primary, "every combination of these lists")]
        at: Span,
    },

    /// A head variable that no condition binds.
    #[error("nothing says which `?{variable}` is meant")]
    #[diagnostic(code(E0301), help("{help}"))]
    UnboundInHead {
        /// The variable.
        variable: String,
        /// A condition that would do.
        help: String,
        /// Where it stands in the head.
        #[label(primary, "`?{variable}` is concluded here")]
        at: Span,
        /// The conditions.
        #[label("but {not_found}")]
        body: Span,
        /// What the conditions fail to do.
        not_found: String,
    },

    /// A variable of a question that one side of `or` does not bind.
    #[error("one side of `or` says nothing of `?{variable}`")]
    #[diagnostic(code(E0301), help("mention `?{variable}` on both sides, or ask two questions"))]
    UnboundInAlternative {
        /// The variable.
        variable: String,
        /// Where it stands first.
        #[label(primary, "asked for, and not found by the other side")]
        at: Span,
    },

    /// A variable under `not` that nothing else binds.
    #[error("`not` cannot find `?{variable}` by itself")]
    #[diagnostic(code(E0302), help("{help}"))]
    UnboundInNegation {
        /// The variable.
        variable: String,
        /// How to say it.
        help: String,
        /// The sentence under `not`.
        #[label(primary, "`?{variable}` occurs only in what does not hold")]
        at: Span,
    },

    /// A variable that an aggregate works on, and its condition does not find.
    #[error("nothing finds the `?{variable}` of this `{function}`")]
    #[diagnostic(code(E0313), help("mention `?{variable}` in every alternative of the condition after `where`"))]
    UnboundInAggregate {
        /// The variable.
        variable: String,
        /// The function's word.
        function: &'static str,
        /// The aggregate.
        #[label(primary, "its condition does not find `?{variable}`")]
        at: Span,
    },

    /// A variable after `then` that occurs neither in the cases nor outside.
    #[error("nothing says which `?{variable}` is meant after `then`")]
    #[diagnostic(code(E0314), help("mention `?{variable}` between `whenever` and `then`, or before; or write `something` for any at all"))]
    UnboundInThen {
        /// The variable.
        variable: String,
        /// The word `whenever`.
        #[label(primary, "its cases do not find `?{variable}`")]
        at: Span,
    },

    /// A text condition that no name can satisfy.
    #[error("this is no text that a name can be compared with")]
    #[diagnostic(code(E0315), help("{help}"))]
    BadText {
        /// How to say it.
        help: String,
        /// The text.
        #[label(primary, "here")]
        at: Span,
    },

    /// `keeping` with a slot that cannot be kept.
    #[error("the slot `{slot}` cannot be the one that is kept")]
    #[diagnostic(code(E0316), help("{help}"))]
    BadKeeping {
        /// The slot.
        slot: String,
        /// Why, and what to write.
        help: String,
        /// Where it is named.
        #[label(primary, "named here")]
        at: Span,
    },

    /// `expect` with a question that has answers, and none of them.
    #[error("this does not say which answers are expected")]
    #[diagnostic(code(E0601), help("{help}"))]
    NothingExpected {
        /// How to say it.
        help: String,
        /// The statement.
        #[label(primary, "this question has answers")]
        at: Span,
    },

    /// Answers that the question cannot have.
    #[error("this question never has such answers")]
    #[diagnostic(code(E0602), help("{help}"))]
    OtherAnswers {
        /// How to say it.
        help: String,
        /// The answer, or the statement.
        #[label(primary, "expected here")]
        at: Span,
    },

    /// A yes/no question or a description in an `export`.
    #[error("{problem}")]
    #[diagnostic(code(E0317), help("{help}"))]
    NoRows {
        /// What it is instead of a table.
        problem: String,
        /// What to export.
        help: String,
        /// How the question is answered.
        label: String,
        /// The statement.
        #[label(primary, "{label}")]
        at: Span,
    },

    /// A compared variable that nothing binds.
    #[error("nothing says which `{variable}` is compared")]
    #[diagnostic(code(E0303), help("add a sentence that finds it, joined by `and`"))]
    UnboundInComparison {
        /// The variable as it is written, or `something`.
        variable: String,
        /// The comparison.
        #[label(primary, "`{variable}` has no value here")]
        at: Span,
    },

    /// More `or` inside `and` than is sensible.
    #[error("these conditions have more than {max} alternatives", max = crate::resolve::MAX_ALTERNATIVES)]
    #[diagnostic(code(E0305), help("give the groups with `or` rules of their own, and join their verbs by `and`"))]
    TooManyAlternatives {
        /// The conditions.
        #[label(primary, "`or` in each of several groups multiplies")]
        at: Span,
    },

    /// More conditions than a rule can have.
    #[error("more than {max} conditions are joined by `and`", max = crate::resolve::MAX_CONDITIONS)]
    #[diagnostic(code(E0310), help("give some of them a rule of their own, and use its verb here"))]
    TooManyConditions {
        /// The conditions.
        #[label(primary, "too many to join at once")]
        at: Span,
    },

    /// A `find` column that its conditions do not mention.
    #[error("`find` asks for `?{variable}`, and its conditions do not find it")]
    #[diagnostic(code(E0306), help("{help}"))]
    UnknownColumn {
        /// The variable.
        variable: String,
        /// The variables that there are.
        help: String,
        /// Where it stands.
        #[label(primary, "not found after `where`")]
        at: Span,
    },

    /// `order by` something that is no column.
    #[error("`order by` takes only columns of the answer")]
    #[diagnostic(code(E0307), help("write it as it stands after `find`, one of: {columns}"))]
    UnknownOrder {
        /// The columns.
        columns: String,
        /// Where it stands.
        #[label(primary, "not after `find`")]
        at: Span,
    },

    /// `how many` beside another question word or variable.
    #[error("`how many` stands alone in its question")]
    #[diagnostic(code(E0308), help("count for each with `find`: `find ?x, count ?y where …`"))]
    CrowdedCount {
        /// The other one.
        #[label(primary, "a second thing is asked here")]
        at: Span,
    },

    /// A label that two rules have.
    #[error("two rules are called `{label}`")]
    #[diagnostic(code(E0309), help("give this one a name of its own; the first stands in {place}"))]
    RepeatedLabel {
        /// The label.
        label: String,
        /// Where the first rule stands.
        place: String,
        /// The second one.
        #[label(primary, "the same label again")]
        at: Span,
    },

    /// A proof sentence that names a variable which its rule does not have.
    #[error("`because` names `?{variable}`, and the conditions do not always find it")]
    #[diagnostic(code(E0311), help("{help}"))]
    UnknownPlaceholder {
        /// The variable.
        variable: String,
        /// The variables that there are, as they are written here.
        help: String,
        /// The proof sentence.
        #[label(primary, "`{{?{variable}}}` stands for nothing")]
        at: Span,
    },

    /// An import whose sentence has no variable.
    #[error("this import names no column")]
    #[diagnostic(code(E0312), help("columns are variables, named like the headers of the table: `{example}`"))]
    NoColumn {
        /// The sentence with its names as variables.
        example: String,
        /// The sentence.
        #[label(primary, "every row would state the same")]
        at: Span,
    },

    /// A new verb that looks like a known one.
    #[error("`{verb}` is new here, and looks like `{known}`")]
    #[diagnostic(code(W0201), severity(Warning), help("if it is meant, declare it: `{declaration}`; otherwise write `{known}`"))]
    LooksAlike {
        /// The new verb.
        verb: String,
        /// The known one.
        known: String,
        /// A declaration of the new one.
        declaration: String,
        /// Where it stands.
        #[label(primary, "a typing error?")]
        at: Span,
    },

    /// A word that only conditions use.
    #[error("nothing ever says that something `{verb}`")]
    #[diagnostic(code(W0202), severity(Warning), help("{help}"))]
    NeverStated {
        /// The verb.
        verb: String,
        /// The nearest word, or what to do.
        help: String,
        /// Where it stands.
        #[label(primary, "no fact, rule or declaration has this")]
        at: Span,
    },

    /// A name that is two things.
    #[error("`{name}` is {first} and {second}")]
    #[diagnostic(code(W0203), severity(Warning), help("{help}"))]
    TwoKinds {
        /// The name.
        name: String,
        /// The first kind, with its article.
        first: String,
        /// The second.
        second: String,
        /// What was probably meant.
        help: String,
        /// The first use.
        #[label("{first} here")]
        earlier: Span,
        /// The second use.
        #[label(primary, "{second} here")]
        at: Span,
    },

    /// A name that is another one in upper and lower case.
    #[error("`{name}` and `{known}` differ only in upper and lower case")]
    #[diagnostic(code(W0204), severity(Warning), help("{help}"))]
    Twins {
        /// The name.
        name: String,
        /// The earlier one.
        known: String,
        /// How to make them one.
        help: String,
        /// The earlier one, if it stands in the same source.
        #[label("`{known}` here")]
        earlier: Option<Span>,
        /// The first use of the name.
        #[label(primary, "`{name}` here")]
        at: Span,
    },

    /// A verb that a program declares for nothing.
    #[error("the verb `{verb}` is declared, and nothing uses it")]
    #[diagnostic(code(W0205), severity(Warning), help("state something with it, such as `{pattern}`, or take the declaration out"))]
    UnusedVerb {
        /// The verb.
        verb: String,
        /// How it is said.
        pattern: String,
        /// Its declaration.
        #[label(primary, "no fact, import, rule or question has this")]
        at: Span,
    },

    /// A rule that speaks of names only.
    #[error("this rule has no variable, so it speaks of these names alone")]
    #[diagnostic(code(W0302), severity(Warning), help("a variable begins with a question mark: write `?{name}` where it may be anything"))]
    NoVariable {
        /// The first name of its head.
        name: String,
        /// The head.
        #[label(primary, "`{name}` is one certain name here")]
        at: Span,
    },

    /// A variable that occurs once.
    #[error("the variable `?{variable}` is used only once")]
    #[diagnostic(code(W0301), severity(Warning), help("a slip? If it may be anything, write `something`, or `?_{variable}`"))]
    LoneVariable {
        /// The variable.
        variable: String,
        /// Where it stands.
        #[label(primary, "nowhere else in this statement")]
        at: Span,
    },

    /// An aggregate or `whenever` without brackets, after which something follows that speaks of the same.
    #[error("only the first sentence {what}")]
    #[diagnostic(code(W0304), severity(Warning), help("if both belong to it, bracket them: `{all}`; if not, bracket the first: `{first}`"))]
    OpenEnd {
        /// What it does inside.
        what: &'static str,
        /// The aggregate with both sentences inside.
        all: String,
        /// The aggregate with the first one alone.
        first: String,
        /// The aggregate or the `whenever`.
        #[label(primary, "it ends here")]
        at: Span,
        /// What follows.
        #[label("this stands outside")]
        outside: Span,
    },

    /// A rule with a condition that nothing can fulfil.
    #[error("this rule can never conclude anything: {reason}")]
    #[diagnostic(code(W0303), severity(Warning), help("{help}"))]
    IdleRule {
        /// What nothing says.
        reason: String,
        /// The verb that it is said with.
        verb: String,
        /// What to say.
        help: String,
        /// The rule.
        #[label(primary, "waits for `{verb}` in vain")]
        at: Span,
    },
}
