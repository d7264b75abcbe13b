"""Marked-up text from people, made safe to show; uses nothing else of ours."""
