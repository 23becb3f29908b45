"""Marks for a folder of students' notebooks: `python -m resnet_book.grade FOLDER`.

Of each notebook only the statements run that an answer needs, each exercise in a
process of its own (`cage`). Where that gives no right answer, all those above its check
run in another. The checker then looks at the answer itself; what a notebook prints, or
makes of the name `check`, counts for nothing.

Such a process has limits of time, memory and file size; a temporary folder as its home;
an environment without the marker's variables. On Linux, where the kernel has them, two
fences stand around it. `seccomp`: no network, no other process, no signal. `landlock`:
it writes in its folder only, and reads Python, the system and the data, nothing else in
anyone's home.

What a hostile notebook can still do. It runs as the same user. It can use up its time,
its memory and, in its folder, the disk. Where a fence is missing, which the command
says, it can do what the marker can. And since a judge has to call the answer, both
share a process: the checker is compared afterwards with what it was before
(`tampering`), but who has studied this package can forge a point, or ask the checker
for the right answer. Read the notebooks of those whose marks surprise you. A container
or a virtual machine without network, thrown away afterwards, is the fence to rely on.
"""
