@echo off
rem Opens the explanation in Chinese: xiaozu runs on Linux.
start "" notepad "%~dp0windows.txt"
