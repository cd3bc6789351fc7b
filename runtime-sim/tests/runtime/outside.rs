//! What is asked of the world outside takes its time, and only who asked waits for it.

use std::collections::BTreeMap;

use serde_json::Value;
use weir_runtime_sim::{
    Answer, CallId, Heard, Program, Question, Replay, RunOptions, RunReport, Seeded, Simulated,
    Stream, World, replay, run,
};

use crate::support::program;

const MILLISECOND_NS: u64 = 1_000_000;

/// A world in which reading the file `30` takes 30 milliseconds, and what is named otherwise never ends.
#[derive(Default)]
struct Slow {
    stdout: String,
    stderr: String,
    begun: BTreeMap<CallId, (Option<u64>, Answer)>,
    abandoned: Vec<CallId>,
}

impl World for Slow {
    fn write(&mut self, stream: Stream, text: &str) {
        match stream {
            Stream::Stdout => self.stdout.push_str(text),
            Stream::Stderr => self.stderr.push_str(text),
        }
    }

    fn begin(&mut self, call: CallId, at_ns: u64, question: &Question) -> Option<Answer> {
        let Question::ReadText(name) = question else { return Some(self.ask(question)) };
        let ends = name.parse::<u64>().ok().map(|took| at_ns + took * MILLISECOND_NS);
        self.begun.insert(call, (ends, Answer::Text(format!("<{name}>"))));
        None
    }

    fn hear(&mut self, until_ns: Option<u64>) -> Heard {
        let ended = self.begun.iter().filter_map(|(call, (ends, _))| Some(((*ends)?, *call)));
        match ended.min().filter(|(at_ns, _)| until_ns.is_none_or(|until| *at_ns <= until)) {
            Some((at_ns, call)) => match self.begun.remove(&call) {
                Some((_, answer)) => Heard::Answer { call, at_ns, answer },
                None => Heard::Nothing,
            },
            None => Heard::Nothing,
        }
    }

    fn abandon(&mut self, call: CallId) {
        self.begun.remove(&call);
        self.abandoned.push(call);
    }

    fn stdout(&self) -> &str {
        &self.stdout
    }
}

fn ran(program: &Program, procs: usize) -> (RunReport, Slow) {
    let options = RunOptions { procs, trace: true, ..RunOptions::default() };
    let mut world = Slow::default();
    let report = run(program, &options, &mut Seeded::new(0), &mut world);
    (report, world)
}

/// The run prints this, and so does its replay, which asks nobody and leaves the same trace.
#[track_caller]
fn prints(text: &str, expected: &str) -> (RunReport, Slow) {
    let program = program(&format!("import fs\n{text}"));
    let mut last = None;
    for procs in [4, 2, 1] {
        let (report, world) = ran(&program, procs);
        assert_eq!(report.stdout, expected, "{procs} processors\n{}", report.story);
        let again = Replay::new(report.schedule.clone(), &program).expect("it is this program's");
        let again = replay(&program, again, true, &mut Simulated::default());
        assert_eq!(again.divergence, None);
        assert_eq!(again.schedule, report.schedule);
        let json = |report: &RunReport| report.trace.as_ref().map(|trace| trace.to_json());
        assert_eq!(json(&again), json(&report), "{procs} processors");
        last = Some((report, world));
    }
    last.expect("it ran")
}

#[test]
fn others_go_on_and_answers_come_in_the_order_in_which_the_world_has_them() {
    let text = r#"fn read(name: str, order: channel[str]):
    order.send(blocking { fs.read(name) })

fn main():
    order = channel[str](buffer=4)
    concurrent:
        spawn read("30", order)
        spawn read("10", order)
        spawn read("20", order)
        order.send("computed")
    order.close()
    for name in order:
        print(name)
"#;
    prints(text, "computed\n<10>\n<20>\n<30>\n");
}

#[test]
fn a_call_takes_as_much_virtual_time_as_the_world_took() {
    let text = r#"fn main():
    start = now()
    concurrent:
        spawn:
            sleep(25.milliseconds)
            print("timer")
        print(fs.read("20"))
        print((now() - start) // 1.milliseconds)
        print(fs.read("30"))
        print((now() - start) // 1.milliseconds)
"#;
    prints(text, "<20>\n20\ntimer\n<30>\n50\n");
}

#[test]
fn a_timeout_ends_a_call_that_nobody_answers() {
    let text = r#"fn main():
    start = now()
    concurrent timeout(15.milliseconds):
        print(fs.read("dead"))
    else:
        print("given up")
    print((now() - start) // 1.milliseconds)
"#;
    let (_, world) = prints(text, "given up\n15\n");
    assert_eq!(world.abandoned, [CallId(0)]);
}

#[test]
fn a_failing_sibling_ends_a_call() {
    let text = r#"fn pair():
    concurrent:
        spawn:
            fs.read("dead")
        sleep(5.milliseconds)
        panic("enough")

fn main():
    print((attempt pair()).is_err())
"#;
    let (_, world) = prints(text, "true\n");
    assert_eq!(world.abandoned, [CallId(0)]);
}

#[test]
fn a_detached_call_is_stopped_when_the_grace_is_over() {
    let text = "fn main():\n    detach fs.read(\"dead\")\n    sleep(1.milliseconds)\n    print(\"over\")\n";
    let (report, _) = prints(text, "over\n");
    assert_eq!((report.outcome.text(), report.virtual_time_seconds().floor()), ("ok", 5.0));
}

/// When and how long a task was on a lane, in microseconds.
fn stretches(report: &RunReport, task: &str, lane: u64) -> Vec<(f64, f64)> {
    let json = report.trace.as_ref().map(|trace| trace.to_json()).unwrap_or_default();
    let whole: Value = serde_json::from_str(&json).expect("a trace is JSON");
    let events = whole["traceEvents"].as_array().expect("it has events");
    let of = events.iter().filter(|of| of["ph"] == "X" && of["name"] == task && of["tid"] == lane);
    of.map(|of| (of["ts"].as_f64().unwrap_or(-1.0), of["dur"].as_f64().unwrap_or(-1.0))).collect()
}

/// A task that computes beside one that reads a file for so many milliseconds. With one processor, lane 0
/// is it, and lane 1 a thread.
fn reads_beside(call: &str) -> (RunReport, Vec<(f64, f64)>) {
    let text = format!(
        r#"fn count():
    n = 0
    while n < 100_000:
        n += 1

fn main():
    concurrent:
        spawn count()
        {call}
"#
    );
    let (report, _) = prints(&text, "");
    let computes = stretches(&report, "main/1", 0);
    (report, computes)
}

#[test]
fn a_call_that_blocks_keeps_its_processor_until_the_monitor_takes_it_back() {
    let (report, computes) = reads_beside("fs.read(\"30\")");
    let taken = computes.first().map_or(0.0, |(start, _)| *start);
    assert!((10_000.0..10_200.0).contains(&taken), "{computes:?}");
    let blocked = stretches(&report, "main", 1);
    assert_eq!(blocked.len(), 1, "{blocked:?}");
    assert!((blocked[0].0 + blocked[0].1 - 30_000.0).abs() < 200.0, "{blocked:?}");
}

#[test]
fn a_call_that_is_answered_soon_goes_on_on_its_processor() {
    let (report, computes) = reads_beside("fs.read(\"3\")");
    let taken = computes.first().map_or(0.0, |(start, _)| *start);
    assert!((3_000.0..3_200.0).contains(&taken), "{computes:?}");
    assert_eq!(stretches(&report, "main", 1), []);
}

#[test]
fn a_call_in_a_blocking_block_leaves_its_processor_at_once() {
    let (report, computes) = reads_beside("blocking:\n            fs.read(\"30\")");
    let taken = computes.first().map_or(f64::MAX, |(start, _)| *start);
    assert!(taken < 200.0, "{computes:?}");
    assert!(!stretches(&report, "main", 1).is_empty());
}

#[test]
fn a_blocked_processor_s_queue_is_taken_by_others() {
    let text = r#"fn count():
    n = 0
    while n < 100_000:
        n += 1

fn main():
    concurrent:
        for _ in range(3):
            spawn count()
        fs.read("30")
"#;
    let (report, _) = ran(&program(&format!("import fs\n{text}")), 2);
    let computed: Vec<_> = (1..=3)
        .flat_map(|task| (0..2).map(move |lane| (format!("main/{task}"), lane)))
        .flat_map(|(task, lane)| stretches(&report, &task, lane))
        .collect();
    assert!(computed.iter().any(|(start, _)| *start < 9_000.0), "{computed:?}");
}

#[test]
fn a_schedule_without_the_answer_diverges_instead_of_waiting() {
    let asks = program("import fs\nfn main():\n    print(fs.read(\"10\"))\n");
    let silent = program("fn main():\n    sleep(1.milliseconds)\n");
    let (report, _) = ran(&silent, 1);
    let again = Replay::allow_changed(report.schedule);
    let again = replay(&asks, again, false, &mut Simulated::default());
    let divergence = again.divergence.expect("it diverges");
    assert_eq!(divergence.message, "the run asks the outside, the schedule holds no answer");
}

#[test]
fn a_timeout_gives_the_outside_its_time_while_others_compute() {
    let text = r#"fn count():
    n = 0
    while n < 3_000_000:
        n += 1

fn main():
    concurrent:
        spawn count()
        concurrent timeout(35.milliseconds):
            print(fs.read("10"))
        else:
            print("given up")
    print("computed")
"#;
    let (report, _) = prints(text, "<10>\ncomputed\n");
    // Else the timeout would come after all that is computed, and prove nothing.
    assert!(report.virtual_time_seconds() > 0.035, "{}", report.virtual_time_seconds());
}

/// A world that connects at once, in 30 milliseconds from now, and notes what is closed.
#[derive(Default)]
struct Connects {
    connected: Option<Heard>,
    closed: Vec<Question>,
}

impl World for Connects {
    fn write(&mut self, _: Stream, _: &str) {}

    fn ask(&mut self, question: &Question) -> Answer {
        self.closed.push(question.clone());
        Answer::Done
    }

    fn begin(&mut self, call: CallId, at_ns: u64, _: &Question) -> Option<Answer> {
        let answer = Answer::Several(vec![Answer::Number(7), Answer::Text("peer".to_owned())]);
        let at_ns = at_ns + 30 * MILLISECOND_NS;
        self.connected = Some(Heard::Answer { call, at_ns, answer });
        None
    }

    fn hear(&mut self, _: Option<u64>) -> Heard {
        self.connected.take().unwrap_or(Heard::Nothing)
    }
}

#[test]
fn what_was_opened_for_a_task_that_is_cancelled_before_it_has_it_is_closed() {
    let text = r#"import net

fn main():
    concurrent timeout(10.milliseconds):
        net.connect("localhost:1")
    else:
        pass
    sleep(1.seconds)
"#;
    let program = program(text);
    let mut world = Connects::default();
    let report = run(&program, &RunOptions::default(), &mut Seeded::new(0), &mut world);
    assert_eq!((report.outcome.text(), world.closed), ("ok", vec![Question::Close(7)]));
    let again = Replay::new(report.schedule.clone(), &program).expect("it is this program's");
    let mut world = Connects::default();
    let again = replay(&program, again, false, &mut world);
    assert_eq!((again.divergence, again.schedule), (None, report.schedule));
    assert_eq!(world.closed, []);
}

#[test]
fn a_schedule_that_becomes_too_long_is_cut_and_its_replay_ends_there() {
    let text = r#"import fs

fn main():
    for n in range(2000):
        fs.read("1")
    print("whole")
"#;
    let program = program(text);
    let options = RunOptions { schedule_max_bytes: 2 << 10, ..RunOptions::default() };
    let mut world = Slow::default();
    let report = run(&program, &options, &mut Seeded::new(0), &mut world);
    assert_eq!((report.stdout.as_str(), report.schedule.is_whole()), ("whole\n", false));
    let said = "note: a replay of this run ends at step ";
    let step = world.stderr.strip_prefix(said).and_then(|rest| rest.split_once(':'));
    let (step, rest) = step.expect("it is said");
    assert!(rest.starts_with(" no more than 2 KiB of choices"), "{rest}");
    let bytes = report.schedule.to_bytes();
    assert!(bytes.len() < 16 << 10, "{} bytes", bytes.len());
    let schedule = weir_runtime_sim::Schedule::parse(&bytes).expect("it reads back");
    let again = Replay::new(schedule, &program).expect("it is this program's");
    let again = replay(&program, again, false, &mut Simulated::default());
    let divergence = again.divergence.expect("it ends early");
    assert!(divergence.message.starts_with("the recording ends here"), "{}", divergence.message);
    assert_eq!(divergence.step.to_string(), step);
}

/// How many whole milliseconds a read of so many took within five, beside tasks that compute.
fn reads_in_time(took: u64, procs: usize) -> String {
    let text = format!(
        r#"import fs

fn count():
    n = 0
    while n < 3_000_000:
        n += 1

fn main():
    concurrent:
        spawn count()
        # The other processors are at the ends of their slices when it asks.
        sleep(12.milliseconds)
        for _ in range(5):
            start = now()
            concurrent timeout(5.milliseconds):
                fs.read("{took}")
                print((now() - start) // 1.milliseconds)
            else:
                print("given up", (now() - start) // 1.milliseconds)
"#
    );
    ran(&program(&text), procs).0.stdout
}

#[test]
fn an_answer_comes_at_its_time_however_far_another_processor_has_computed() {
    for procs in [2, 4] {
        assert_eq!(reads_in_time(3, procs), "3\n".repeat(5));
        assert_eq!(reads_in_time(7, procs), "given up 5\n".repeat(5));
    }
}

#[test]
fn on_one_processor_a_timeout_strikes_at_its_time_though_its_task_waits_for_the_processor() {
    // The first three fit into a slice. In the fourth the monitor takes the processor back, and the answer finds
    // it at work for another one: until the end of that one's slice, which is after the time is over.
    assert_eq!(reads_in_time(3, 1), "3\n3\n3\n10\ngiven up 10\n3\n");
}

#[test]
fn no_timeout_strikes_before_its_time_whoever_computes_and_whatever_is_asked() {
    let text = r#"import fs

fn count(n: int):
    k = 0
    while k < n:
        k += 1

fn waits(n: int):
    start = now()
    length = (n % 7 + 1).milliseconds
    concurrent timeout(length):
        match n % 3:
            case 0:
                fs.read("dead")
            case 1:
                blocking:
                    fs.read("dead")
            case _:
                while true:
                    count(1000)
                    sleep(100.microseconds)
    else:
        if now() - start < length:
            print("early", n, now() - start)

fn main():
    concurrent:
        for n in range(3):
            spawn count(100_000 * n)
        for n in range(30):
            spawn waits(n)
            count(5_000)
"#;
    prints(text, "");
}
