// The frame on the second origin that plays a package: scorm-again answers the content, every commit goes to the page around by message.
// Nothing here is trusted: the page checks who speaks, the server what is said.
import { Scorm12API } from "scorm-again/scorm12/min";
import { Scorm2004API } from "scorm-again/scorm2004/min";

const pages = document.querySelector("meta[name=pages]").content;
const BOUNDS = { "cmi.suspend_data": 4096, "cmi.comments": 4096, "cmi.core.lesson_location": 255 };
let play = null;
let api = null;
let unit = null;
let sitting = 0;
let ended = true;
let number = 0;
let isBusy = false;
let wanted = null;
let isStarting = false;

const say = (type, facts = {}) => parent.postMessage({ type, key: play?.key, ...facts }, pages);
const filled = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "string" && value !== ""));

const post = {
  updateSettings() {},
  processHttpRequest(url, values, isLast) {
    unit.data = { ...filled(unit.data), ...filled(values) };
    number += 1;
    say("save", { sco: unit.id, values: unit.data, launch: sitting, number, sequencing: play.tree ? api.serializeSequencingState() : null });
    ended = ended || isLast;
    return { result: "true", errorCode: 0 };
  },
};

const settings = () => ({ lmsCommitUrl: "page", dataCommitFormat: "flattened", sendFullCommit: false, autocommit: true, autocommitSeconds: 20, selfReportSessionTime: true, logLevel: 5, autoCompleteLessonStatus: true, httpService: post });

function listeners() {
  return {
    onActivityDelivery: (activity) => deliver(activity.id),
    onNavigationValidityUpdate: (valid) => say("moves", { next: valid.continue, previous: valid.previous, choice: valid.choice, hidden: valid.hideLmsUi }),
    onSequencingSessionEnd: () => (clear(), say("over")),
    onSequencingError: () => isStarting || say("refused"),
  };
}

function start(facts) {
  play = facts;
  // Another package, or another person on this computer, may have left something here.
  for (const store of [localStorage, sessionStorage]) store.clear();
  if (play.tree) {
    api = window.API_1484_11 = new Scorm2004API({ ...settings(), sequencing: { ...play.tree, eventListeners: listeners() } }, post);
    const isKept = play.sequencing && api.deserializeSequencingState(play.sequencing);
    isStarting = true;
    if (!(isKept && (move("resumeAll") || move("choice", play.position))) && !move("start")) move("choice", play.units[0].id);
    isStarting = false;
  } else {
    launch(play.units.find((one) => one.id === play.position) ?? play.units[0]);
  }
}

const move = (request, target) => {
  finish();
  return api.processNavigationRequest(request, target);
};

// The sequencer may deliver while a unit is still ending: the launch waits until its call has returned.
function deliver(id) {
  const next = play.units.find((one) => one.id === id);
  if (!next) return;
  wanted = next;
  if (!isBusy) setTimeout(() => wanted && launch(wanted), 0);
}

function finish() {
  isBusy = true;
  clear();
  if (unit?.reports && !ended && api && !api.isNotInitialized() && !api.isTerminated()) Object.assign(api, { statusSetByModule: true }).lmsFinish("");
  isBusy = false;
  ended = true;
}

function clear() {
  document.querySelector("iframe")?.remove();
}

function launch(next) {
  wanted = null;
  finish();
  unit = next;
  sitting += 1;
  ended = false;
  if (unit.reports) prepare();
  const frame = document.createElement("iframe");
  frame.title = "课件内容";
  frame.allow = "fullscreen; autoplay";
  frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-modals");
  Object.assign(frame.style, { position: "fixed", inset: "0", width: "100%", height: "100%", border: "0", background: "#fff" });
  frame.src = play.base + unit.path.split("/").map(encodeURIComponent).join("/") + unit.query;
  document.body.append(frame);
  say("at", { sco: unit.id });
  if (!unit.reports) post.processHttpRequest("", {}, true);
}

function prepare() {
  const is12 = play.edition === "scorm12";
  if (is12) {
    const mastery = "cmi.student_data.mastery_score" in unit.data;
    api = window.API = bounded(new Scorm12API({ ...settings(), mastery_override: mastery }, post));
  } else if (play.tree) {
    api.reset({ ...settings() });
  } else {
    api = window.API_1484_11 = new Scorm2004API(settings(), post);
  }
  api.loadFromFlattenedJSON(unit.data);
}

// Values of SCORM 1.2 that are too long are refused aloud, never cut; a unit that finishes and never spoke of its status is completed.
function bounded(made) {
  const begin = made.LMSInitialize.bind(made);
  made.LMSInitialize = (word) => {
    const answer = begin(word);
    made.statusSetByModule = !["", "not attempted"].includes(unit.data["cmi.core.lesson_status"] ?? "");
    return answer;
  };
  const set = made.LMSSetValue.bind(made);
  made.LMSSetValue = (name, value) => {
    if (String(value).length <= (BOUNDS[name] ?? Infinity)) return set(name, value);
    made.throwSCORMError(name, 405);
    return "false";
  };
  return made;
}

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || origin !== pages || !data) return;
  if (data.type === "play" && !play) start(data);
  else if (data.key !== play?.key) return;
  else if (data.type === "go") play.tree ? move("choice", data.sco) : launch(play.units.find((one) => one.id === data.sco) ?? unit);
  else if (data.type === "move" && play.tree) move(data.to);
  else if (data.type === "end") finish();
});
addEventListener("pagehide", finish);
say("ready");
