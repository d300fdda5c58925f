"""SCORM 2004 sequencing as scorm-again wants it: control modes, rules, limits, rollup, objectives, delivery, randomisation."""

from collections.abc import Callable
from xml.etree.ElementTree import Element

from yanxiu.catalogue.packages import xml

Settings = dict[str, object]
_CONTROLS = ("choice", "choiceExit", "flow", "forwardOnly", "useCurrentAttemptObjectiveInfo", "useCurrentAttemptProgressInfo")
_DELIVERY = ("tracked", "completionSetByContent", "objectiveSetByContent")
_MAP_BOOLEANS = (
    "readSatisfiedStatus", "readNormalizedMeasure", "writeSatisfiedStatus", "writeNormalizedMeasure", "readCompletionStatus",
    "writeCompletionStatus", "readProgressMeasure", "writeProgressMeasure", "readRawScore", "writeRawScore", "readMinScore",
    "writeMinScore",
    "readMaxScore", "writeMaxScore",
)  # fmt: skip
_HIDDEN = {"continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll"}


def settings(item: Element) -> Settings:
    """Return the settings of an item or organisation; empty when it has none of its own."""
    found: Settings = {}
    sequencing = xml.child(item, "sequencing")
    if sequencing is not None:
        found |= _of_sequencing(sequencing)
    hidden = [xml.text(one) for one in xml.children(xml.child(xml.child(item, "presentation"), "navigationInterface"), "hideLMSUI")]
    if kept := [one for one in hidden if one in _HIDDEN]:
        found["hideLmsUi"] = kept
    threshold = xml.child(item, "completionThreshold")
    if threshold is not None:
        by_measure = xml.attribute(threshold, "completedByMeasure")
        measure = xml.attribute(threshold, "minProgressMeasure") or (xml.text(threshold) if not by_measure else "")
        found["completionThreshold"] = _clean(
            completedByMeasure=by_measure == "true" if by_measure else None,
            minProgressMeasure=_number(measure),
            progressWeight=_number(xml.attribute(threshold, "progressWeight")),
        )
    return found


def collections(root: Element) -> dict[str, Settings]:
    """Return the sequencing collection by the ids that items refer to."""
    holder = xml.child(root, "sequencingCollection")
    return {xml.attribute(one, "ID"): _of_sequencing(one) for one in xml.children(holder, "sequencing") if xml.attribute(one, "ID")}


def launch_facts(item: Element) -> dict[str, str]:
    """Return what a 2004 item tells its content at launch: the passing measure of its primary objective, and the threshold."""
    facts: dict[str, str] = {}
    objectives = xml.child(xml.child(item, "sequencing"), "objectives")
    primary = xml.child(objectives, "primaryObjective")
    if primary is not None and xml.attribute(primary, "satisfiedByMeasure") == "true":
        facts["scaled_passing_score"] = xml.text(xml.child(primary, "minNormalizedMeasure")) or "1"
    threshold = xml.child(item, "completionThreshold")
    if threshold is not None:
        facts["completion_threshold"] = xml.attribute(threshold, "minProgressMeasure") or xml.text(threshold)
    limits = xml.child(xml.child(item, "sequencing"), "limitConditions")
    if limits is not None:
        facts["max_time_allowed"] = xml.attribute(limits, "attemptAbsoluteDurationLimit")
    return {name: value for name, value in facts.items() if value}


def _of_sequencing(element: Element) -> Settings:
    found: Settings = {}
    readers: dict[str, Callable[[Element], Settings]] = {
        "controlMode": lambda one: {"sequencingControls": _booleans(one, _CONTROLS)},
        "sequencingRules": lambda one: {"sequencingRules": _rules(one)},
        "limitConditions": _limits,
        "rollupRules": _rollup,
        "objectives": _objectives,
        "deliveryControls": lambda one: {"deliveryControls": _booleans(one, _DELIVERY)},
        "rollupConsiderations": lambda one: {"rollupConsiderations": _considerations(one)},
    }
    for name, read in readers.items():
        one = xml.child(element, name)
        if one is not None:
            found |= read(one)
    controls = dict(_dict(found.get("sequencingControls"))) | _constraints(element) | _weights(element) | _randomization(element)
    if controls:
        found["sequencingControls"] = controls
    if reference := xml.attribute(element, "IDRef"):
        found["sequencingCollectionRefs"] = reference
    return found


def _rules(element: Element) -> Settings:
    return {
        f"{kind}s": [_rule(one) for one in xml.children(element, kind)]
        for kind in ("preConditionRule", "exitConditionRule", "postConditionRule")
        if xml.children(element, kind)
    }


def _rule(element: Element) -> Settings:
    holder, action = xml.child(element, "ruleConditions"), xml.child(element, "ruleAction")
    return _clean(
        action=xml.attribute(action, "action") if action is not None else None,
        conditionCombination=(xml.attribute(holder, "conditionCombination") or "all") if holder is not None else None,
        conditions=[_condition(one) for one in xml.children(holder, "ruleCondition")],
    )


def _condition(element: Element) -> Settings:
    threshold = _number(xml.attribute(element, "measureThreshold"))
    return _clean(
        condition=xml.attribute(element, "condition"),
        operator="not" if xml.attribute(element, "operator") == "not" else None,
        referencedObjective=xml.attribute(element, "referencedObjective") or None,
        parameters={"threshold": threshold} if threshold is not None else None,
    )


def _limits(element: Element) -> Settings:
    attempts = _number(xml.attribute(element, "attemptLimit"))
    return _clean(
        attemptLimit=int(attempts) if attempts is not None else None,
        attemptAbsoluteDurationLimit=xml.attribute(element, "attemptAbsoluteDurationLimit") or None,
        activityAbsoluteDurationLimit=xml.attribute(element, "activityAbsoluteDurationLimit") or None,
    )


def _rollup(element: Element) -> Settings:
    rules = []
    for one in xml.children(element, "rollupRule"):
        holder, action = xml.child(one, "rollupConditions"), xml.child(one, "rollupAction")
        conditions = [
            _clean(condition=xml.attribute(each, "condition"), operator="not" if xml.attribute(each, "operator") == "not" else None)
            for each in xml.children(holder, "rollupCondition")
        ]
        rules.append(
            _clean(
                action=xml.attribute(action, "action") if action is not None else None,
                conditionCombination=(xml.attribute(holder, "conditionCombination") or "any") if holder is not None else None,
                consideration=xml.attribute(one, "childActivitySet") or "all",
                minimumCount=_number(xml.attribute(one, "minimumCount")),
                minimumPercent=_number(xml.attribute(one, "minimumPercent")),
                conditions=conditions,
            )
        )
    return {"rollupRules": {"rules": rules}}


def _objectives(element: Element) -> Settings:
    primary = xml.child(element, "primaryObjective")
    others = [_objective(one) for one in xml.children(element, "objective")]
    return _clean(primaryObjective=_objective(primary) | {"isPrimary": True} if primary is not None else None, objectives=others or None)


def _objective(element: Element) -> Settings:
    maps = [
        _clean(targetObjectiveID=xml.attribute(one, "targetObjectiveID")) | _booleans(one, _MAP_BOOLEANS)
        for one in xml.children(element, "mapInfo")
    ]
    return _clean(
        objectiveID=xml.attribute(element, "objectiveID"),
        satisfiedByMeasure=xml.attribute(element, "satisfiedByMeasure") == "true" or None,
        minNormalizedMeasure=_number(xml.text(xml.child(element, "minNormalizedMeasure"))),
        mapInfo=maps or None,
    )


def _considerations(element: Element) -> Settings:
    names = ("requiredForSatisfied", "requiredForNotSatisfied", "requiredForCompleted", "requiredForIncomplete")
    return _clean(**{name: xml.attribute(element, name) or None for name in names}) | _booleans(element, ("measureSatisfactionIfActive",))


def _constraints(element: Element) -> Settings:
    one = xml.child(element, "constrainedChoiceConsiderations")
    return _booleans(one, ("preventActivation", "constrainChoice")) if one is not None else {}


def _weights(element: Element) -> Settings:
    one = xml.child(element, "rollupRules")
    if one is None:
        return {}
    controls = _booleans(one, ("rollupObjectiveSatisfied", "rollupProgressCompletion"))
    return controls | _clean(objectiveMeasureWeight=_number(xml.attribute(one, "objectiveMeasureWeight")))


def _randomization(element: Element) -> Settings:
    one = xml.child(element, "randomizationControls")
    if one is None:
        return {}
    return _clean(
        randomizationTiming=xml.attribute(one, "randomizationTiming") or None,
        selectionTiming=xml.attribute(one, "selectionTiming") or None,
        selectCount=_number(xml.attribute(one, "selectCount")),
        randomizeChildren=xml.attribute(one, "reorderChildren") == "true" or None,
        reorderChildren=xml.attribute(one, "reorderChildren") == "true" or None,
    )


def _booleans(element: Element, names: tuple[str, ...]) -> Settings:
    said = {name: xml.attribute(element, name) for name in names}
    return {name: value == "true" for name, value in said.items() if value in {"true", "false"}}


def _number(raw: str) -> float | None:
    try:
        value = float(raw)
    except ValueError:
        return None
    return value if abs(value) < 1e9 else None


def _clean(**values: object) -> Settings:
    return {name: value for name, value in values.items() if value is not None}


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
