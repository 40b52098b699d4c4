"""The AWS front door: moto in process, with real authorization, time, faults and memory around it."""
