"""The platform's own pack, as long as nobody has written another: what touches the honesty of study, and what no space of a school holds.

Small on purpose. What an office wants looked at beside it is its own pack.
"""

from yanxiu.integrity.words.matching import Pack

DEFAULT = Pack(
    id=0,
    title="平台词库",
    version=1,
    action="hold",
    words=(
        "代刷学时", "代刷课", "刷学时", "刷课软件", "刷课脚本", "挂机刷课", "代学代考", "代考", "替考", "代做作业", "代写作业", "代写论文",
        "论文代发", "出售答案", "卖答案", "买卖学分", "办假证", "代办证书", "加微信", "加我微信", "扫码进群", "刷单兼职", "网络兼职日结",
        "六合彩", "赌博网站", "网上赌场", "裸聊", "色情网站", "枪支出售", "毒品出售", "邪教", "法轮功", "全能神", "傻逼", "操你妈",
        "滚出学校", "去死吧",
    ),
    sounds=(
        "薇=微", "徽=微", "溦=微", "威信=微信", "微x=微信", "vx=微信", "v信=微信", "weixin=微信", "沙比=傻逼", "煞笔=傻逼", "傻b=傻逼",
        "草泥马=操你妈", "摔=刷", "耍=刷", "唰=刷", "氵去=法", "車=车", "带考=代考", "带刷=代刷", "待刷=代刷", "学石=学时", "xueshi=学时",
    ),
    exceptions=("反邪教", "防邪教", "抵制邪教", "禁止代考", "严禁替考", "严禁代考", "禁止刷课", "不得代写作业", "拒绝代考"),
)  # fmt: skip
