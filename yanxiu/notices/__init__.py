"""Announcements, circulars, reminders and replies: messages to people, their inbox and receipts.

Terms: notice (消息), delivery (收到的一份), receipt (回执: who has read it), reminder (提醒; 催办 when an office sends it),
circular (通报: frozen figures as of a moment). A notice is never changed after issue; a delivery is read once.
Knows standing, so that it can say what is missing; does not know the dashboards above it.
"""
