# Sets up everything the commands of this project need. Sourced by bin/demo, bin/test, bin/lint and bin/bench.
#
# Each step is idempotent, says what it does, and may be interrupted at any moment: the next start resumes it.
# Nothing outside the cache folder is touched, but for distribution packages that root lets us install.
#
# In the environment, all optional:
#   ODOO_HOME       an Odoo 19 to use (folder that holds the package `odoo`)
#   PGHOST, PGUSER  a PostgreSQL to use instead of the project's private cluster
#   DEBIAN_MIRROR   where to fetch Debian's package odoo-19 from, if the system's own sources do not tell
#   PYTHON          the interpreter the virtual environments are made with

set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
LIB="$ROOT/bin/lib"
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/odoo-credit-suite"
ADDONS=(customer_credit_mgmt customer_credit_mgmt_sale customer_abc_segmentation
    customer_abc_segmentation_sale customer_abc_segmentation_rating receivable_dunning receivable_dunning_sale
    receivable_dunning_payment receivable_dunning_spreadsheet receivable_dunning_sms
    receivable_dunning_sales_team)

say() { printf '\033[36m· %s\033[0m\n' "$*" >&2; }
die() { printf '\033[31m✗ %s\033[0m\n' "$*" >&2; exit 1; }

# ---------------------------------------------------------------- distribution packages

# package:probe - the package is wanted when the probe (a command, or an absolute path) is not there
PACKAGES_NEEDED=(
    postgresql:/usr/lib/postgresql
    libjs-jquery:/usr/share/javascript/jquery
    libjs-jquery-form:/usr/share/javascript/jquery-form
    libjs-underscore:/usr/share/javascript/underscore
    fonts-font-awesome:/usr/share/fonts-font-awesome
    fonts-roboto-unhinted:/usr/share/fonts/truetype/roboto
    fonts-inconsolata:/usr/share/fonts/truetype/inconsolata
    fonts-ocr-b:/usr/share/fonts/opentype/ocr-b
    fonts-dejavu-core:/usr/share/fonts/truetype/dejavu
)
# what the suite works without, but poorer: no printing, no browser tests, no Chinese glyphs in PDFs
PACKAGES_WELCOME=(
    wkhtmltopdf:wkhtmltopdf
    chromium:chromium
    fonts-noto-cjk:/usr/share/fonts/opentype/noto
    fonts-glyphicons-halflings:/usr/share/fonts-glyphicons
)

is_there() { case "$1" in /*) [ -e "$1" ] ;; *) command -v "$1" >/dev/null ;; esac; }

missing_packages() {
    local pair
    for pair in "$@"; do is_there "${pair#*:}" || echo "${pair%%:*}"; done
}

ensure_packages() {
    local needed welcome package
    needed=$(missing_packages "${PACKAGES_NEEDED[@]}")
    "${PYTHON:-python3}" -c 'import venv, ensurepip' 2>/dev/null || needed="$needed python3-venv"
    welcome=$(missing_packages "${PACKAGES_WELCOME[@]}")
    [ -n "$needed$welcome" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        [ -z "$needed" ] || die "missing packages; as root run: apt-get install" $needed $welcome
        return 0
    fi
    say "installing distribution packages:" $needed $welcome
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    if [ -n "$needed" ]; then
        apt-get -qq install --no-install-recommends $needed >/dev/null || die "apt-get could not install: $needed"
    fi
    for package in $welcome; do
        apt-get -qq install --no-install-recommends "$package" >/dev/null 2>&1 ||
            say "$package is not available here; going on without it"
    done
}

# ---------------------------------------------------------------- Odoo 19

debian_mirror() {
    local candidate
    if [ -n "${DEBIAN_MIRROR:-}" ]; then echo "$DEBIAN_MIRROR"; return; fi
    # the system's own sources on Debian; what debootstrap or python-apt know of Debian elsewhere
    candidate=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources \
            /usr/share/debootstrap/scripts/sid /usr/share/python-apt/templates/Debian.mirrors 2>/dev/null |
        grep -v '^ *#' | grep -oE 'https?://[^ "]+/debian/?( |"|$)' | tr -d ' "' | head -n 1)
    [ -n "$candidate" ] || die "no Debian mirror known on this system: set DEBIAN_MIRROR or ODOO_HOME"
    echo "${candidate%/}"
}

private_apt() {
    local apt="$CACHE/apt"
    mkdir -p "$apt"/{lists/partial,archives/partial,empty}
    local command="$1"
    shift
    "$command" -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts="$apt/empty" \
        -o Dir::Etc::Preferences="$apt/none" -o Dir::Etc::PreferencesParts="$apt/empty" \
        -o Dir::State="$apt" -o Dir::State::Lists="$apt/lists" -o Dir::State::Status=/var/lib/dpkg/status \
        -o Dir::Cache="$apt" -o Dir::Cache::Archives="$apt/archives" \
        -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false "$@"
}

fetch_odoo_package() {
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    [ -e $keyring ] || die "package debian-archive-keyring is missing (or set ODOO_HOME)"
    mkdir -p "$CACHE/apt"
    echo "deb [signed-by=$keyring arch=$(dpkg --print-architecture)] $(debian_mirror) unstable main" >"$CACHE/apt/sources.list"
    say "looking up odoo-19 in Debian unstable (signatures verified; the system's sources stay as they are)"
    private_apt apt-get -qq update
    say "fetching $(private_apt apt-cache show odoo-19 | sed -n 's/^Version: /odoo-19 /p' | head -n 1)"
    (cd "$CACHE/apt" && rm -f odoo-19_*.deb && private_apt apt-get -qq download odoo-19)
}

# The package depends on libraries by relative links to /usr/share, and lacks one file that its manifest names.
repair_extracted_odoo() {
    local prefix="$1" entry stub
    for entry in /usr/share/*; do
        [ -e "$prefix/usr/share/$(basename "$entry")" ] || ln -s "$entry" "$prefix/usr/share/"
    done
    stub="$prefix/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    if [ ! -e "$stub" ]; then
        mkdir -p "$(dirname "$stub")"
        echo "// removed by Debian: background blur in calls is not available" >"$stub"
    fi
}

ensure_odoo() {
    local place="$CACHE/odoo/usr/lib/python3/dist-packages"
    if [ -z "${ODOO_HOME:-}" ]; then
        ODOO_HOME=$(cd / && "${PYTHON:-python3}" -c \
            'import odoo.release, pathlib; print(pathlib.Path(odoo.release.__file__).parents[1])' 2>/dev/null || true)
    fi
    if [ -z "$ODOO_HOME" ]; then
        if [ ! -e "$CACHE/odoo/.complete" ]; then
            fetch_odoo_package
            say "extracting Odoo into $CACHE/odoo"
            rm -rf "$CACHE/odoo"
            dpkg -x "$CACHE"/apt/odoo-19_*.deb "$CACHE/odoo"
            repair_extracted_odoo "$CACHE/odoo"
            (cd "$CACHE/apt" && echo odoo-19_*.deb) >"$CACHE/odoo/.complete"
            rm -f "$CACHE"/apt/odoo-19_*.deb
        fi
        ODOO_HOME="$place"
        ODOO_VERSION=$(cat "$CACHE/odoo/.complete")
    fi
    [ -e "$ODOO_HOME/odoo/release.py" ] || die "ODOO_HOME=$ODOO_HOME holds no package named odoo"
    : "${ODOO_VERSION:=$(sed -n 's/^version_info = //p' "$ODOO_HOME/odoo/release.py")}"
    grep -qE '^version_info = \(19, 0' "$ODOO_HOME/odoo/release.py" || die "Odoo 19.0 is needed, found $ODOO_VERSION"
    export ODOO_HOME ODOO_VERSION
    export PYTHONPATH="$ODOO_HOME:$LIB:$ROOT${PYTHONPATH:+:$PYTHONPATH}"
}

# ---------------------------------------------------------------- Python

# ensure_venv NAME REQUIREMENTS_FILE: a virtual environment keyed by its pins; its path is in VENV
ensure_venv() {
    local name="$1" requirements="$2" python="${PYTHON:-python3}" key
    "$python" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2>/dev/null ||
        die "Python 3.10 to 3.13 is needed; set PYTHON to one"
    key=$(cat "$requirements" <("$python" -c 'import sys; print(sys.version, sys.base_prefix)') | sha256sum | cut -c1-12)
    VENV="$CACHE/venv-$name-$key"
    [ -e "$VENV/.complete" ] && return 0
    say "making the Python environment '$name' (about a minute)"
    rm -rf "$VENV"
    PYTHONPATH='' "$python" -m venv "$VENV"
    PYTHONPATH='' "$VENV/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" >"$VENV/pip.log" 2>&1 ||
        { tail -n 20 "$VENV/pip.log" >&2; die "pip could not install what $requirements pins"; }
    touch "$VENV/.complete"
}

# ---------------------------------------------------------------- PostgreSQL

as_cluster_owner() { if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

# A folder that the cluster's owner can reach: root's home is usually closed to everybody else.
cluster_folder() {
    local folder="$CACHE/postgres"
    if [ "$(id -u)" -eq 0 ]; then
        mkdir -p "$CACHE"
        runuser -u postgres -- test -x "$CACHE" || folder=/var/cache/odoo-credit-suite/postgres
    fi
    echo "$folder"
}

ensure_postgres() {
    if [ -n "${PGHOST:-}${PGUSER:-}${PGPORT:-}${PGSERVICE:-}" ]; then
        psql -Atqc 'SELECT 1' postgres >/dev/null || die "the PostgreSQL that PGHOST/PGUSER name does not answer"
        return 0
    fi
    local cluster bin memory
    cluster=$(cluster_folder)
    bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    PATH="$bin:$PATH"
    memory=$(awk '/MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
    if [ ! -e "$cluster/.complete" ]; then
        say "making a private PostgreSQL cluster in $cluster"
        mkdir -p "$cluster"
        [ "$(id -u)" -ne 0 ] || chown postgres: "$cluster"
        as_cluster_owner rm -rf "$cluster/data"
        as_cluster_owner "$bin/initdb" -D "$cluster/data" -U odoo --auth=trust -E UTF8 --locale=C.UTF-8 >/dev/null
        # a development server that can be rebuilt at any time: speed before durability
        as_cluster_owner tee -a "$cluster/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$cluster'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = $((memory / 8))MB
effective_cache_size = $((memory / 2))MB
work_mem = 64MB
maintenance_work_mem = 512MB
max_wal_size = 4GB
random_page_cost = 1.1
jit = off
fsync = off
synchronous_commit = off
full_page_writes = off
$([ "$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)" -gt 524288 ] || echo 'dynamic_shared_memory_type = mmap')
CONF
        as_cluster_owner touch "$cluster/.complete"
    fi
    export PGHOST="$cluster" PGUSER=odoo PGDATABASE=postgres
    if ! pg_isready -q; then
        say "starting PostgreSQL ($(basename "$(dirname "$bin")"))"
        as_cluster_owner "$bin/pg_ctl" -D "$cluster/data" -l "$cluster/log" -w -s start 9>&- || die "see $cluster/log"
        STARTED_CLUSTER="$cluster/data"
    fi
}

# Stops the cluster if we started it and nobody else uses it by now.
stop_postgres() {
    [ -n "${STARTED_CLUSTER:-}" ] || return 0
    [ "$(psql -Atqc "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'" || echo 9)" -gt 1 ] || as_cluster_owner pg_ctl -D "$STARTED_CLUSTER" -m fast -s stop || true
}

# ---------------------------------------------------------------- all of it

configure_odoo() {
    mkdir -p "$CACHE/data"
    export ODOO_RC="$CACHE/odoo.conf"
    cat >"$ODOO_RC" <<CONF
[options]
data_dir = $CACHE/data
http_interface = 127.0.0.1
list_db = False
limit_time_cpu = 3600
limit_time_real = 7200
max_cron_threads = 1
CONF
}

setup() {
    local begin=$SECONDS
    mkdir -p "$CACHE"
    exec 9>"$CACHE/lock"
    flock -n 9 || { say "waiting for another set-up to finish"; flock 9; }
    ensure_packages
    ensure_odoo
    ensure_venv odoo "$LIB/requirements.txt"
    ensure_postgres
    configure_odoo
    flock -u 9
    export PATH="$VENV/bin:$PATH" ADDONS_PATH="$ROOT" SUITE_CACHE="$CACHE"
    say "ready in $((SECONDS - begin)) s: $ODOO_VERSION, $(postgres --version 2>/dev/null || psql --version), $(python --version)"
}
