# Loads every file of this folder, in the order in which they need each other. Each script of the project starts with it.
# shellcheck shell=bash

lib=$(dirname "${BASH_SOURCE[0]}")
source "$lib/places.sh"
source "$lib/step.sh"
source "$lib/tally.sh"
source "$lib/debian.sh"
source "$lib/tools.sh"
source "$lib/rust.sh"
source "$lib/python.sh"
source "$lib/node.sh"
source "$lib/swift.sh"
source "$lib/swift-package.sh"
