"""Signals, and what people make of them: a person opens an inquiry, the teacher answers, an office decides, the next one up hears appeals.

Terms: 异常线索 signal, 处置 handling, 核查 inquiry, 说明 statement, 附件 enclosure, 决定 decision, 不计学时的记录 consequence, 申诉 appeal.
An inquiry is open → asked → answered → decided → appealed → closed; without a finding it closes at once. A signal changes nothing by
itself: only a decision names records that do not count, by id. Must not know who collects signals, nor what the named records are about.
"""
