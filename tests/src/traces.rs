//! A trace as lines: who ran where and when, in the order of the machine's clock.

use serde_json::Value;

/// An event per line: the microsecond, the processor, what happened. Arrows are left out: the line of
/// whoever was woken or received says the same.
pub fn lines(trace: &str) -> String {
    let trace: Value = serde_json::from_str(trace).unwrap_or_default();
    let events = trace["traceEvents"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut lines: Vec<_> = events.iter().filter_map(line).collect();
    // Stable: what happens at one moment stays in the machine's order.
    lines.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    lines.into_iter().map(|(_, line)| line).collect()
}

fn line(event: &Value) -> Option<(f64, String)> {
    let time = event["ts"].as_f64()?;
    let name = event["name"].as_str()?;
    let arguments = &event["args"];
    let what = match event["ph"].as_str()? {
        "X" => format!(
            "{name} runs for {:.2}: found in {}, then {}",
            event["dur"].as_f64()?,
            arguments["found"].as_str()?,
            arguments["left"].as_str()?
        ),
        "C" => format!("{name} holds {}", arguments["values"]),
        "i" => name.to_owned(),
        _ => return None,
    };
    Some((time, format!("{time:>9.2} processor {}: {what}\n", event["tid"])))
}
