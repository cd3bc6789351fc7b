"use strict";
// The timeline, the channels and the tree of tasks, drawn from the arrays of the page's data.

const data = JSON.parse(document.getElementById("data").textContent);
const [PATH, RUNS, BEGINS, ENDS, HOW] = [0, 1, 2, 3, 4];
const LANE_HEIGHT = 26;
const AXIS_HEIGHT = 22;
const [LABEL_WIDTH_WIDE, LABEL_WIDTH_NARROW, NARROW_WIDTH] = [140, 96, 600];
const TICK_WIDTH = 72;
const CHANNEL_HEIGHT = 44;
const CHANNELS_SHOWN_MAX = 24;
const TASKS_SHOWN_MAX = 2000;
const ARROWS_SHOWN_MAX = 3000;
const KIND_COLORS = ["#3d7de0", "#d1662a", "#8a8f96", "#8a56c7"];

const last = Math.max(1, ...[data.stretches, data.flows, data.fills].map((rows, kind) =>
    rows.reduce((end, row) => Math.max(end, row[[3, 4, 1][kind]]), 0)));
const view = { from: 0, to: last };
let labelWidth = LABEL_WIDTH_WIDE;
let wanted = "";

const style = getComputedStyle(document.documentElement);
const paint = name => style.getPropertyValue(name).trim();

// Stretches and fills by what they belong to, in the order of time: what is in view is found fast.
const byLane = data.lanes.map(() => []);
for (const stretch of data.stretches) byLane[stretch[0]].push(stretch);
byLane.forEach(rows => rows.sort((a, b) => a[2] - b[2]));
const byChannel = data.channels.map(() => []);
for (const fill of data.fills) byChannel[fill[0]].push(fill);

function time(nanoseconds) {
    if (nanoseconds === 0) return "0";
    const units = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
    const [size, unit] = units.find(([size]) => Math.abs(nanoseconds) >= size) ?? [1, "ns"];
    return `${+(nanoseconds / size).toPrecision(5)} ${unit}`;
}

function color(task) {
    // The golden angle: neighbours differ.
    return `hsl(${(task * 137.508) % 360} 52% ${matches(task) ? 52 : 82}%)`;
}

function matches(task) {
    return wanted === "" || data.tasks[task][PATH].includes(wanted) || data.tasks[task][RUNS].includes(wanted);
}

function prepare(canvas, height) {
    const width = canvas.clientWidth;
    labelWidth = width < NARROW_WIDTH ? LABEL_WIDTH_NARROW : LABEL_WIDTH_WIDE;
    const scale = window.devicePixelRatio || 1;
    canvas.style.height = `${height}px`;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    return [pen, width];
}

const x = (at, width) => labelWidth + (at - view.from) / (view.to - view.from) * (width - labelWidth);

/// The first row that ends after the view begins.
function firstIn(rows, end) {
    let [low, high] = [0, rows.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (end(rows[middle]) < view.from) low = middle + 1; else high = middle;
    }
    return low;
}

function drawAxis(pen, width, height) {
    const span = view.to - view.from;
    const rough = span / Math.max(3, (width - labelWidth) / TICK_WIDTH);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map(factor => factor * power).find(step => step >= rough);
    pen.strokeStyle = paint("--line");
    pen.fillStyle = paint("--quiet");
    for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) {
        const left = Math.round(x(at, width)) + 0.5;
        pen.beginPath();
        pen.moveTo(left, AXIS_HEIGHT);
        pen.lineTo(left, height);
        pen.stroke();
        if (left + 50 < width) pen.fillText(time(at), left + 3, AXIS_HEIGHT / 2);
    }
}

function drawTimeline() {
    const canvas = document.getElementById("timeline");
    const height = AXIS_HEIGHT + data.lanes.length * LANE_HEIGHT;
    const [pen, width] = prepare(canvas, height);
    drawAxis(pen, width, height);
    data.lanes.forEach((name, lane) => {
        const top = AXIS_HEIGHT + lane * LANE_HEIGHT;
        pen.fillStyle = paint("--ink");
        pen.fillText(name, 4, top + LANE_HEIGHT / 2);
        drawLane(pen, width, byLane[lane], top + 3);
    });
    if (document.getElementById("arrows").checked) drawArrows(pen, width);
}

function drawLane(pen, width, rows, top) {
    let drawnTo = -1;
    for (let at = firstIn(rows, row => row[3]); at < rows.length && rows[at][2] <= view.to; at++) {
        const [, task, start, end] = rows[at];
        const left = Math.max(labelWidth, x(start, width));
        const right = Math.max(left + 1, x(end, width));
        // Of many in one column of dots, the first and those that are looked for.
        if (right <= drawnTo && !(wanted && matches(task))) continue;
        pen.fillStyle = color(task);
        pen.fillRect(left, top, right - left, LANE_HEIGHT - 6);
        drawnTo = right;
        if (right - left > 60) {
            pen.fillStyle = "#14181c";
            pen.save();
            pen.beginPath();
            pen.rect(left, top, right - left, LANE_HEIGHT - 6);
            pen.clip();
            pen.fillText(data.tasks[task][PATH], left + 4, top + (LANE_HEIGHT - 6) / 2);
            pen.restore();
        }
    }
}

function drawArrows(pen, width) {
    const seen = data.flows.filter(flow => flow[4] >= view.from && flow[2] <= view.to && flow[1] !== flow[3]);
    const every = Math.ceil(seen.length / ARROWS_SHOWN_MAX);
    pen.save();
    pen.beginPath();
    pen.rect(labelWidth, 0, width, 1e5);
    pen.clip();
    // However many cross one column of dots, the tasks show through.
    const drawn = Math.min(seen.length, ARROWS_SHOWN_MAX);
    pen.globalAlpha = Math.min(0.7, Math.max(0.03, 0.4 * (width - labelWidth) / drawn));
    for (let at = 0; at < seen.length; at += every) {
        const [kind, from, start, to, end] = seen[at];
        const middle = lane => AXIS_HEIGHT + lane * LANE_HEIGHT + LANE_HEIGHT / 2;
        pen.strokeStyle = KIND_COLORS[kind];
        pen.beginPath();
        pen.moveTo(x(start, width), middle(from));
        pen.lineTo(x(end, width), middle(to));
        pen.stroke();
    }
    pen.restore();
}

function drawChannels() {
    const canvas = document.getElementById("channels");
    if (data.channels.length === 0) {
        canvas.replaceWith("No value went through the buffer of a channel.");
        return;
    }
    const shown = Math.min(data.channels.length, CHANNELS_SHOWN_MAX);
    const [pen, width] = prepare(canvas, AXIS_HEIGHT + shown * CHANNEL_HEIGHT);
    drawAxis(pen, width, AXIS_HEIGHT + shown * CHANNEL_HEIGHT);
    for (let channel = 0; channel < shown; channel++) {
        const rows = byChannel[channel];
        const top = AXIS_HEIGHT + channel * CHANNEL_HEIGHT;
        const most = rows.reduce((most, row) => Math.max(most, row[2]), 1);
        pen.fillStyle = paint("--ink");
        pen.fillText(data.channels[channel], 4, top + 14);
        pen.fillStyle = paint("--quiet");
        pen.fillText(`at most ${most}`, 4, top + 30);
        drawFill(pen, width, rows, top, most);
    }
}

function drawFill(pen, width, rows, top, most) {
    const base = top + CHANNEL_HEIGHT - 4;
    const y = length => base - length / most * (CHANNEL_HEIGHT - 10);
    let at = firstIn(rows, row => row[1]);
    let length = at > 0 ? rows[at - 1][2] : 0;
    pen.beginPath();
    pen.moveTo(labelWidth, base);
    pen.lineTo(labelWidth, y(length));
    for (; at < rows.length && rows[at][1] <= view.to; at++) {
        const left = x(rows[at][1], width);
        pen.lineTo(left, y(length));
        length = rows[at][2];
        pen.lineTo(left, y(length));
    }
    pen.lineTo(width, y(length));
    pen.lineTo(width, base);
    pen.fillStyle = paint("--fill");
    pen.fill();
}

function drawTasks() {
    const box = document.getElementById("tasks");
    box.replaceChildren();
    const children = new Map();
    const shown = data.tasks.map((task, index) => index).filter(matches);
    const kept = new Set();
    for (const index of shown.slice(0, TASKS_SHOWN_MAX)) {
        // With those around it, so that it has a place in the tree.
        const parts = data.tasks[index][PATH].split("/");
        for (let depth = 1; depth <= parts.length; depth++) kept.add(parts.slice(0, depth).join("/"));
    }
    const byPath = new Map(data.tasks.map(task => [task[PATH], task]));
    for (const path of kept) {
        const parent = path.split("/").slice(0, -1).join("/");
        if (!children.has(parent)) children.set(parent, []);
        children.get(parent).push(path);
    }
    const order = (a, b) => a.localeCompare(b, undefined, { numeric: true });
    const add = (into, path) => {
        const task = byPath.get(path) ?? [path, "", 0, -1, ""];
        const below = (children.get(path) ?? []).sort(order);
        const element = document.createElement(below.length ? "details" : "div");
        const line = below.length ? element.appendChild(document.createElement("summary")) : element;
        if (below.length) element.open = path.split("/").length < 3 || wanted !== "";
        else element.className = "leaf";
        describe(line, task);
        below.forEach(child => add(element, child));
        into.append(element);
    };
    (children.get("") ?? []).forEach(path => add(box, path));
    if (shown.length > TASKS_SHOWN_MAX) {
        box.append(`… and ${shown.length - TASKS_SHOWN_MAX} more: search narrows them down`);
    }
}

function describe(line, task) {
    const part = (text, name) => {
        const span = document.createElement("span");
        span.textContent = text;
        span.className = name;
        line.append(span);
    };
    part(task[PATH], wanted && task[PATH].includes(wanted) ? "found" : "");
    if (task[RUNS]) part(` ${task[RUNS]}`, "runs");
    part(task[ENDS] < 0 ? " has not ended" : ` ${task[HOW]}, ${time(task[ENDS] - task[BEGINS])}`,
        task[HOW] === "ok" ? "runs" : "bad");
    line.addEventListener("click", () => {
        const end = task[ENDS] < 0 ? last : task[ENDS];
        const margin = Math.max(1, (end - task[BEGINS]) * 0.1);
        look(task[BEGINS] - margin, end + margin);
    });
}

function look(from, to) {
    const span = Math.min(last, Math.max(20, to - from));
    view.from = Math.max(0, Math.min(from, last - span));
    view.to = view.from + span;
    drawTimeline();
    if (data.channels.length) drawChannels();
}

function under(event) {
    const box = document.getElementById("timeline").getBoundingClientRect();
    const at = view.from + (event.clientX - box.left - labelWidth) / (box.width - labelWidth) * (view.to - view.from);
    const lane = Math.floor((event.clientY - box.top - AXIS_HEIGHT) / LANE_HEIGHT);
    return [at, lane];
}

function explain(event) {
    const tip = document.getElementById("tip");
    const [at, lane] = under(event);
    const slack = (view.to - view.from) / 600;
    const found = byLane[lane]?.find(row => row[2] - slack <= at && at <= row[3] + slack);
    tip.hidden = !found;
    if (!found) return;
    const [, task, start, end, from, left] = found;
    const [path, runs, , ends, how] = data.tasks[task];
    tip.textContent = `${path} ${runs}\n${time(start)} to ${time(end)}: ${time(end - start)}\n` +
        `found: ${data.words[from]}; then it ${data.words[left]}` + (ends === end ? `: ${how}` : "");
    const box = document.getElementById("timeline-section").getBoundingClientRect();
    tip.style.left = `${Math.min(event.clientX - box.left + 12, box.width - 260)}px`;
    tip.style.top = `${event.clientY - box.top + 14}px`;
}

const timeline = document.getElementById("timeline");
let dragged = null;
timeline.addEventListener("wheel", event => {
    event.preventDefault();
    const [at] = under(event);
    const factor = Math.exp(event.deltaY * 0.0015);
    look(at - (at - view.from) * factor, at + (view.to - at) * factor);
}, { passive: false });
timeline.addEventListener("pointerdown", event => {
    dragged = event.clientX;
    timeline.setPointerCapture(event.pointerId);
});
timeline.addEventListener("pointerup", () => { dragged = null; });
timeline.addEventListener("pointerleave", () => { document.getElementById("tip").hidden = true; });
timeline.addEventListener("pointermove", event => {
    if (dragged === null) return explain(event);
    const shift = (dragged - event.clientX) / (timeline.clientWidth - labelWidth) * (view.to - view.from);
    dragged = event.clientX;
    look(view.from + shift, view.to + shift);
});
document.getElementById("all").addEventListener("click", () => look(0, last));
document.getElementById("arrows").addEventListener("change", drawTimeline);
document.getElementById("search").addEventListener("input", event => {
    wanted = event.target.value.trim();
    drawTimeline();
    drawTasks();
});
window.addEventListener("resize", () => look(view.from, view.to));
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => look(view.from, view.to));
if (data.left_out) {
    document.getElementById("hint").textContent += `; ${data.left_out} events are left out`;
}
drawTimeline();
drawChannels();
drawTasks();
