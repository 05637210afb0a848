# Loads every file of this folder, in the order in which they need each other. Each script of the project starts with it.
# shellcheck shell=bash

lib=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=places.sh
source "$lib/places.sh"
# shellcheck source=step.sh
source "$lib/step.sh"
# shellcheck source=debian.sh
source "$lib/debian.sh"
# shellcheck source=swift.sh
source "$lib/swift.sh"
# shellcheck source=swift-package.sh
source "$lib/swift-package.sh"
