# Python packages for the checks that need them, in an environment of their own below the cache folder.
# shellcheck shell=bash

# ensure_python REQUIREMENTS: sets python_bin to the programs of an environment that has what the file lists.
ensure_python() {
    local venv
    venv=$cache/python-$(cksum <"$1" | cut -d' ' -f1)
    if [ ! -e "$venv/ready" ]; then
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$1"
        touch "$venv/ready"
    fi
    # shellcheck disable=SC2034  # the scripts use it
    python_bin=$venv/bin
}
