"""The AWS front door: moto in process, with real authorization, time, faults and memory around it."""

from sandbox.aws import quick_imports as quick_imports  # before anything of moto
