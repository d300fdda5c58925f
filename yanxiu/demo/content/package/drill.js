"use strict";
var asked = [
  { said: "学生说：“这两个三角形差不多。”", options: ["“差不多”是哪里一样，哪里不一样？", "还有谁来说？", "对，差不多。"], right: 0,
    why: "先请他把话说清楚：澄清式追问，不评对错。" },
  { said: "学生说：“我觉得他很难过。”", options: ["很好，请坐。", "你从哪一句看出来的？", "那他为什么难过呢，谁知道？"], right: 1,
    why: "请他回到文本找依据：证据式追问。" },
  { said: "学生说：“水变少了，因为太阳晒的。”", options: ["是蒸发，记下来。", "那晚上没有太阳，衣服为什么也会干？", "大家同意吗？"], right: 1,
    why: "换一个情形让他再想一步：联系式追问。" },
  { said: "学生答完，全班安静。", options: ["马上请下一位。", "替他把话说完整。", "等三秒，再问：谁能用自己的话说说他的意思？"], right: 2,
    why: "先等，再请同伴复述，让学生听见彼此。" }
];
var number = 0, right = 0, answered = false, api = find(window);

function find(win) {
  for (var depth = 0; depth < 20; depth++) {
    if (win.API) return win.API;
    if (win.parent === win) return null;
    win = win.parent;
  }
  return null;
}
function put(name, value) { if (api) api.LMSSetValue(name, String(value)); }
function at(id) { return document.getElementById(id); }

function show() {
  var one = asked[number];
  answered = false;
  at("place").textContent = "第 " + (number + 1) + " 句，共 " + asked.length + " 句";
  at("said").textContent = one.said;
  at("why").textContent = "";
  at("next").hidden = true;
  at("options").replaceChildren();
  one.options.forEach(function (words, place) {
    var button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    button.addEventListener("click", function () { judge(button, place); });
    at("options").append(button);
  });
}

function judge(button, place) {
  if (answered) return;
  answered = true;
  var one = asked[number];
  if (place === one.right) right += 1;
  button.dataset.state = place === one.right ? "right" : "wrong";
  at("options").children[one.right].dataset.state = "right";
  at("why").textContent = one.why;
  at("next").textContent = number + 1 < asked.length ? "下一句" : "看结果";
  at("next").hidden = false;
  at("next").focus();
}

function onward() {
  number += 1;
  put("cmi.core.lesson_location", number + "," + right);
  if (number < asked.length) { if (api) api.LMSCommit(""); show(); return; }
  var score = Math.round(right * 100 / asked.length);
  put("cmi.core.score.min", 0);
  put("cmi.core.score.max", 100);
  put("cmi.core.score.raw", score);
  put("cmi.core.lesson_status", score >= 60 ? "passed" : "failed");
  if (api) api.LMSCommit("");
  at("place").textContent = "做完了";
  at("said").textContent = "四句里选对 " + right + " 句，得 " + score + " 分";
  at("asks").textContent = score >= 60 ? "合格了。下一节课挑一句用上。" : "60 分合格，可以再做一遍。";
  at("options").replaceChildren();
  at("why").textContent = "";
  at("next").hidden = true;
}

window.addEventListener("load", function () {
  if (api) {
    api.LMSInitialize("");
    var kept = (api.LMSGetValue("cmi.core.lesson_location") || "").split(",");
    if (Number(kept[0]) < asked.length) { number = Number(kept[0]) || 0; right = Number(kept[1]) || 0; }
  }
  at("next").addEventListener("click", onward);
  show();
});
window.addEventListener("pagehide", function () { if (api) api.LMSFinish(""); });
