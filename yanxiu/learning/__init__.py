"""Choosing and studying: selection, pushes, draws of lesson cases, play, progress, and when a course counts.

Terms: 选课 selection, 推送 push, 抽取课例 draw, 学习凭条 ticket, 学习段 lease, 心跳 beat, 环节完成 step done, 学完 course done.
A selection is active until it is dropped; a lease is open until the person opens something else; a step is done once.
Knows the catalogue and programmes; must not know assessment (it hears its results as records), credits or evaluation.
"""
