"""What happens to courses and lesson cases, and what sibling domains write and hear about study."""

from yanxiu.records.events import EventType


class CourseEvent(EventType):
    """The life of a course."""

    DRAFTED = ("drafted", "course", "起草课程")
    CORRECTED = ("corrected", "course", "修改课程说明")
    COPIED = ("copied", "course", "复制课程")
    SUBMITTED = ("submitted", "course", "课程送审")
    RETURNED = ("returned", "course", "课程退回修改")
    PUBLISHED = ("published", "course", "发布课程")
    ARCHIVED = ("archived", "course", "课程下架")
    RESTORED = ("restored", "course", "课程重新上架")
    REVISED = ("revised", "course", "课程改一版")
    APPROVED = ("approved", "course", "审课通过")
    COMMENTED = ("commented", "course", "写审课意见")
    EXCEPTED = ("excepted", "course", "记录例外")
    IMPORTED = ("imported", "course", "导入课程")
    EXPORTED = ("exported", "course", "导出课程")


class StepEvent(EventType):
    """The steps of a draft."""

    ADDED = ("added", "step", "添加环节")
    REPLACED = ("replaced", "step", "修改环节")
    MOVED = ("moved", "step", "移动环节")
    REMOVED = ("removed", "step", "移除环节")
    DUPLICATED = ("duplicated", "step", "复制环节")
    PUT_BACK = ("put_back", "step", "放回环节")
    CONVERSION_ASKED = ("asked_to_convert", "step", "要求重新转换")


class ModuleEvent(EventType):
    """The modules of a draft."""

    ADDED = ("added", "module", "添加模块")
    CORRECTED = ("corrected", "module", "修改模块")
    MOVED = ("moved", "module", "移动模块")
    REMOVED = ("removed", "module", "移除模块")


class CaseEvent(EventType):
    """The life of a lesson case."""

    REGISTERED = ("registered", "lesson_case", "登记课例")
    CORRECTED = ("corrected", "lesson_case", "修改课例")
    PUBLISHED = ("published", "lesson_case", "发布课例")
    WITHDRAWN = ("withdrawn", "lesson_case", "撤下课例")


class PackageEvent(EventType):
    """The life of a course package."""

    IMPORTED = ("imported", "package", "导入课件包")


class StudyEvent(EventType):
    """Results that assessment writes and learning hears, and the other way round a case begun anew: neither knows the other.

    `object_id` is the id of the step or case.
    """

    TEST_PASSED = ("passed", "test", "通过测试")
    HOMEWORK_ACCEPTED = ("accepted", "homework", "作业合格")
    OBSERVATION_SUBMITTED = ("submitted", "observation", "交观课报告")
    CASE_RESTARTED = ("restarted", "lesson_case", "重新观课")


class ResourceEvent(EventType):
    """Resources on their way up, and what becomes of them; the kind of the record is the kind of the resource."""

    DRAFTED = ("drafted", "resource", "起草资源")
    UPLOADED = ("uploaded", "resource", "上传资源")
    REVISED = ("revised", "resource", "资源出新版")
    CORRECTED = ("corrected", "resource", "修改资源说明")
    HANDED_IN = ("handed_in", "resource", "资源送学校")
    SHELVED = ("shelved", "resource", "资源入库")
    PROMOTED = ("promoted", "resource", "资源推优入库")
    RECOMMENDED = ("recommended", "resource", "推荐资源")
    REVIEWED = ("reviewed", "resource", "审核资源")
    FEATURED = ("featured", "resource", "资源列为精品")
    UNFEATURED = ("unfeatured", "resource", "取消精品")
    TAKEN_OFF = ("took_off", "resource", "资源下架")
    WITHDRAWN = ("withdrew", "resource", "撤下资源")
    RATED = ("rated", "resource", "评价资源")
    FAVOURED = ("favoured", "resource", "收藏资源")


class QuotaEvent(EventType):
    """What a library asks of the units below it, and what is taken along of it."""

    SET = ("set", "library_quota", "定推优要求")
    ENDED = ("ended", "library_quota", "停用推优要求")
    EXPORTED = ("exported", "library", "导出资源库")
