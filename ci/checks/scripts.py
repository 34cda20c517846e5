# SPDX-License-Identifier: Apache-2.0
"""Every script of ci/ answers --help and -h with the comment at its top, before it does anything; ci/gpubench.sh hands
them on to gpubench."""

import re
import subprocess

from sources import files, main

PASSED_ON = {"ci/gpubench.sh"}
HELP = """[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '3,/^set/{/^set/!s/^# \\{0,1\\}//p}' "${BASH_SOURCE[0]}"; exit; }\n"""
HEAD = re.compile(r"#!/bin/bash\n# SPDX.*\n((?:#.*\n)+)set -\w+ pipefail\n" + re.escape(HELP))


def check(root):
    for path in files(root, {".sh"}, {"ci"}):
        if str(path) in PASSED_ON:
            continue
        head = HEAD.match((root / path).read_text())
        if not head:
            yield f"{path}: expected the line of help after the comment at the top and `set`: {HELP}"
            continue
        usage = re.sub(r"^# ?", "", head[1], flags=re.M)
        for option in ("--help", "-h"):
            ran = subprocess.run(["bash", root / path, option], capture_output=True, text=True, timeout=30)
            if (ran.returncode, ran.stdout, ran.stderr) != (0, usage, ""):
                yield f"{path}: {option} gave {ran.returncode} and\n{ran.stdout}{ran.stderr}"


TOP = "#!/bin/bash\n# SPDX-License-Identifier: Apache-2.0\n"
SOUND = {"ci/a.sh": TOP + "# Does something.\n#\n#   ci/a.sh NAME\nset -euo pipefail\n" + HELP + "exit 1\n", "ci/gpubench.sh": TOP + "exit 1\n"}
BROKEN = {"ci/b.sh": TOP + "# Does something.\nset -euo pipefail\nexit 0\n", "ci/c.sh": TOP + "set -euo pipefail\n" + HELP,
          "ci/d.sh": TOP + "# Does something.\nset -euo pipefail\necho first\n" + HELP}
if __name__ == "__main__":
    main(check, BROKEN, SOUND)
