//! A run as one page of HTML: how it ended, its tasks, its timeline, its channels.
//!
//! The page is complete: style, script and data stand in it, and it asks no network for anything.

use weir_runtime_sim::{RunReport, Trace};

use super::markup::escaped;

const STYLE: &str = include_str!("run_page/style.css");
const SCRIPT: &str = include_str!("run_page/script.js");

/// The page of a run whose events were kept.
pub(crate) fn run_page(name: &str, report: &RunReport, trace: &Trace, command: &str) -> String {
    let (outcome, exit) = (report.outcome.text(), report.exit_code);
    let facts = [
        ("exit status", exit.to_string()),
        ("steps", report.steps.to_string()),
        ("virtual time", format!("{} s", report.virtual_time_seconds())),
        ("tasks", report.tasks.to_string()),
        ("steals", report.steals.to_string()),
        ("preemptions", report.preemptions.to_string()),
    ];
    let facts: String = facts
        .iter()
        .map(|(name, value)| format!("<div><dt>{name}</dt><dd>{value}</dd></div>"))
        .collect();
    let story = match report.story.trim_end() {
        "" => String::new(),
        story => format!(
            "<section><h2>How it ended</h2><pre class=\"story\">{}</pre><p>Run it again: <code>{}</code></p></section>",
            escaped(story),
            escaped(command)
        ),
    };
    let came_about = match report.came_about.trim_end() {
        "" => String::new(),
        deeds => format!(
            "<section><h2>How it came about</h2><p>What those did last whom it concerns, and who used what they wait \
             for.</p><pre class=\"deeds\">{}</pre></section>",
            escaped(deeds)
        ),
    };
    let output = match report.stdout.as_str() {
        "" => String::new(),
        text => format!("<section><h2>Output</h2><pre>{}</pre></section>", escaped(text)),
    };
    let name = escaped(name);
    // A `</script>` in a name would end the data early, a `<!--<script` would let them go on behind their end.
    let data = trace.to_page_json().replace('<', "\\u003c");
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{name}: {outcome}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header><h1>{name}</h1><span class=\"outcome {outcome}\">{outcome}</span><dl>{facts}</dl></header>\n\
         {story}{came_about}\n\
         <section id=\"timeline-section\"><h2>Timeline</h2>\n\
         <p class=\"tools\"><input id=\"search\" type=\"search\" placeholder=\"a task, such as main/2\" aria-label=\"search tasks\"> \
         <button id=\"all\" type=\"button\">whole run</button> <label><input id=\"arrows\" type=\"checkbox\" checked> arrows</label> \
         <span id=\"hint\">wheel: zoom; drag: move; point: what it is</span></p>\n\
         <canvas id=\"timeline\"></canvas><div id=\"tip\" hidden></div></section>\n\
         <section><h2>Channels</h2><canvas id=\"channels\"></canvas></section>\n\
         <section><h2>Tasks</h2><div id=\"tasks\"></div></section>\n{output}\n\
         <script type=\"application/json\" id=\"data\">{data}</script>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )
}
