# Node packages for the checks that need them, below the cache folder, with a Node that is new enough for them.
# shellcheck shell=bash

# ensure_node FOLDER: sets node_modules to a folder that has what package-lock.json there lists, and node to a program.
ensure_node() {
    local folder program
    folder=$cache/node-$(cat "$1/package.json" "$1/package-lock.json" | cksum | cut -d' ' -f1)
    need npm npm
    if [ ! -e "$folder/ready" ]; then
        rm -rf "$folder"
        mkdir -p "$folder"
        cp "$1/package.json" "$1/package-lock.json" "$folder"
        # Their scripts are not needed, and not wanted.
        npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error
        touch "$folder/ready"
    fi
    node_modules=$folder/node_modules
    node=node
    # There are such packages for Linux; elsewhere the machine's own serves.
    for program in "$node_modules"/node-linux-*/bin/node; do
        [ ! -x "$program" ] || node=$program
    done
    # shellcheck disable=SC2034  # the scripts use them
    node=$(command -v "$node")
}
