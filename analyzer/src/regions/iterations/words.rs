//! R005 in words: which rounds meet where.

use super::forms::{Forms, Frame, Term, loop_point};
use super::integers::Unknown;
use super::meet::{Example, Meeting};
use super::touches::{Extent, Path, Step, Touched};
use crate::diagnostics::{Code, Finding, Part, Witness, WitnessStep};
use crate::mir::{Callee, OpKind};
use crate::regions::domain::Mode;
use crate::regions::paths::{Path as Inside, Step as Inwards};
use crate::regions::report::{here, quoted, task_path};
use crate::regions::view::View;
use crate::ty::{Builtin, Ty};

/// The finding at `touched`, which changes what `other` touches in another round.
pub(super) fn report(
    view: &View<'_>,
    forms: &Forms<'_>,
    touched: &Touched,
    other: &Touched,
    meeting: &Meeting,
) -> Finding {
    let what = match meeting {
        _ if is_hidden(view, forms, touched) => unfollowed(touched),
        Meeting::At(example) => met(view, forms, touched, other, example),
        _ => unproved(touched),
    };
    let how = match other.mode {
        _ if is_hidden(view, forms, touched) => "and iterations run at the same time",
        _ if touched.at == other.at => "and iterations run at the same time",
        Mode::Change => "both change it, and they run at the same time",
        Mode::Read => "one changes it while the other reads it",
    };
    let is_one = touched.at == other.at || is_hidden(view, forms, touched);
    let joint = if is_one { "," } else { ":" };
    let mut finding =
        Finding::new(Code::R005, here(view, touched.at.at), format!("{what}{joint} {how}"));
    if touched.at != other.at {
        let verb = if other.mode == Mode::Change { "changed" } else { "read" };
        finding = finding.related(here(view, other.at.at), format!("and {verb} here"));
    }
    if let Some((point, ..)) = loop_point(view) {
        let keyword = here(view, view.origin(point)).part(Part::Keyword);
        finding = finding.related(keyword, "iterations of this loop run at the same time");
    }
    finding.help(help(view, forms, touched)).witness(witness(view, touched, other, meeting))
}

fn met(
    view: &View<'_>,
    forms: &Forms<'_>,
    touched: &Touched,
    other: &Touched,
    example: &Example,
) -> String {
    let [first, second] = rounds(view, forms, example);
    let place = place(touched, other, example);
    let verb = match (touched.mode, other.mode) {
        (Mode::Change, Mode::Change) => "change",
        _ => "touch",
    };
    let mut text = format!("iterations {first} and {second} both {verb} {place}");
    let named = example.given.iter().filter_map(|(term, value)| {
        term_name(view, forms, *term).map(|(name, _)| format!("`{name}` is {value}"))
    });
    let named: Vec<String> = named.collect();
    if !named.is_empty() {
        text = format!("{text} when {}", named.join(" and "));
    }
    text
}

/// What people call a name from outside, or a part of it, and its type.
fn term_name(view: &View<'_>, forms: &Forms<'_>, term: Unknown) -> Option<(String, Ty)> {
    match forms.term(term) {
        Term::Value(Frame::Around, local, _) => {
            let local = view.mir.body(forms.at.body).local(*local);
            Some((local.name.as_ref()?.to_string(), local.ty.clone()))
        }
        Term::Part(of, part) => {
            let (name, ty) = term_name(view, forms, *of)?;
            let name = match view.field(&ty, *part) {
                Some(field) => format!("{name}.{}", field.name),
                None => format!("{name}[{part}]"),
            };
            Some((name, view.ty_within(&ty, &Inside::of(Inwards::Part(*part)))))
        }
        _ => None,
    }
}

/// Whether it is a list that is changed inside a task or a function value, where no index is followed.
fn is_hidden(view: &View<'_>, forms: &Forms<'_>, touched: &Touched) -> bool {
    let hides = match view.op(touched.point) {
        Some(OpKind::Spawn { .. }) => true,
        Some(OpKind::Call { callee, .. }) => matches!(callee, Callee::Value(_)),
        _ => false,
    };
    let Path { root, steps, .. } = &touched.path;
    let is_list = view.mir.body(forms.at.body).local(*root).ty.is(Builtin::MutableList);
    hides && touched.extent == Extent::All && is_list && steps.is_empty()
}

fn unfollowed(touched: &Touched) -> String {
    let name = quoted(&touched.name);
    format!("which part of {name} an iteration changes here is not known")
}

fn unproved(touched: &Touched) -> String {
    let name = quoted(&touched.name);
    match touched.path.steps.iter().any(|step| !matches!(step, Step::Part(..) | Step::Capture(_))) {
        true => format!("two iterations may change the same element of {name}"),
        false => format!("two iterations may change {name}"),
    }
}

/// What the two rounds are called: what the loop counts, or the elements that it is at.
fn rounds(view: &View<'_>, forms: &Forms<'_>, example: &Example) -> [String; 2] {
    let walked = forms.iterable.and_then(|iterable| iterable.local());
    let name = walked.and_then(|local| view.mir.body(forms.at.body).local(local).name.clone());
    let (mut low, mut high) = (example.rounds[0], example.rounds[1]);
    if low > high {
        (low, high) = (high, low);
    }
    let counts = walked.is_some_and(|local| {
        forms.graph(Frame::Around).body.local(local).ty.is(crate::ty::Builtin::Range)
    });
    [low, high].map(|round| match &name {
        Some(name) if !counts => format!("of `{name}[{round}]`"),
        _ => round.to_string(),
    })
}

/// The place that both touch, with the example's indices.
fn place(touched: &Touched, other: &Touched, example: &Example) -> String {
    let shorter = match touched.path.steps.len() <= other.path.steps.len() {
        true => touched,
        false => other,
    };
    let mut text = touched.name.clone();
    let mut indices = example.indices.iter();
    for step in &shorter.path.steps {
        match step {
            Step::Element(_) | Step::Between(..) => match indices.next() {
                Some(index) => text.push_str(&format!("[{index}]")),
                None => text.push_str("[…]"),
            },
            // What it captured has no name here.
            Step::Capture(_) => break,
            Step::Part(part, name) if name.is_empty() => text.push_str(&format!("[{part}]")),
            Step::Part(_, name) => text.push_str(&format!(".{name}")),
        }
    }
    if text.is_empty() { "one value".to_owned() } else { quoted(&text) }
}

fn help(view: &View<'_>, forms: &Forms<'_>, touched: &Touched) -> String {
    let name = if touched.name.is_empty() { "out" } else { touched.name.as_str() };
    if is_hidden(view, forms, touched) {
        return format!(
            "change an element of its own in the loop's body itself, `{name}[i] = …`, and not in a task or a \
             function value, or use `parallel_map` or `parallel_reduce`, which put the results together in order"
        );
    }
    format!(
        "let each iteration change an element of its own, `{name}[i] = …`, or use `parallel_map` or \
         `parallel_reduce`, which put the results together in order"
    )
}

fn witness(view: &View<'_>, touched: &Touched, other: &Touched, meeting: &Meeting) -> Witness {
    let rounds = match meeting {
        Meeting::At(example) => {
            let [first, second] = example.rounds;
            [first, second].map(|round| format!("iteration {round}"))
        }
        _ => ["one iteration".to_owned(), "another iteration".to_owned()],
    };
    let step = |round: &str, touched: &Touched| {
        let verb = if touched.mode == Mode::Change { "changes" } else { "reads" };
        WitnessStep::told(
            format!("{}, {round}", task_path(view, None)),
            here(view, touched.at.at),
            format!("{verb} {}", quoted(&touched.name)),
        )
    };
    Witness { steps: vec![step(&rounds[1], other), step(&rounds[0], touched)] }
}
