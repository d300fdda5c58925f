"""Announcements and official notices with receipts, inbox and reminders.

Owns messages to people and the channels they travel by (in-app, mail, SMS, WeCom, DingTalk).
"""
