"""What else the machine is doing while something is measured, and how much memory a process takes."""

import contextlib
import os
import platform
import time
from pathlib import Path

_CPU_TIMES = Path("/proc/stat")
# Of the fields of its first line, those in which a processor worked, also for other machines on the same hardware:
# user, nice, system, irq, softirq, steal; not idle and waiting for a disk. Guests are counted in user already.
_WORKING = (0, 1, 2, 5, 6, 7)
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")

# Cores that others may use: what an idle machine needs for itself, doubled.
QUIET_BELOW = 0.2


class Others:
    """How many cores others have used since this was made; this process and its ended children are left out."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._busy_s, self._own_s = busy_seconds(_CPU_TIMES.read_text("utf-8")), _own_seconds()

    def cores(self) -> float:
        """The mean over the time since, 1.0 for one core kept busy."""
        elapsed = time.perf_counter() - self._started
        others_s = busy_seconds(_CPU_TIMES.read_text("utf-8")) - self._busy_s - (_own_seconds() - self._own_s)
        return max(0.0, others_s / elapsed)


def cores_in_use(watched_s: float = 2.0) -> float:
    """How many cores others use now, watched for so many seconds; the load average lags minutes behind."""
    others = Others()
    time.sleep(watched_s)
    return others.cores()


def busy_seconds(stat: str) -> float:
    """Seconds that all cores together have worked since the machine started, from the text of /proc/stat."""
    fields = stat.split("\n", 1)[0].split()[1:]
    return sum(int(fields[place]) for place in _WORKING) / _TICKS_PER_S


def peak_memory_mb(process_id: int) -> int:
    """The most memory that a process and its children have held, in MB, each at its own worst moment."""
    return sum(_status_mb(each, "VmHWM") for each in (process_id, *_descendants(process_id)))


def memory_mb(process_id: int) -> int:
    """The memory that a process holds now, in MB, files that it has mapped included."""
    return _status_mb(process_id, "VmRSS")


def describe() -> dict[str, str | int]:
    """The machine, for whoever reads figures later."""
    models = [line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("model name")]
    return {
        "cores": os.cpu_count() or 0,
        "processor": models[0].partition(":")[2].strip() if models else platform.machine(),
        "memory MB": os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20,
        "python": platform.python_version(),
    }


def _own_seconds() -> float:
    return sum(os.times()[:4])


def _status_mb(process_id: int, field: str) -> int:
    """0 for a process that has just ended."""
    try:
        status = Path(f"/proc/{process_id}/status").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    _, found, rest = status.partition(f"{field}:")
    return int(rest.split()[0]) // 1024 if found else 0


def _descendants(process_id: int) -> list[int]:
    found = []
    # A thread or a child may end while it is looked at.
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for task in Path(f"/proc/{process_id}/task").iterdir():
            for child in map(int, (task / "children").read_text("utf-8").split()):
                found += [child, *_descendants(child)]
    return found
