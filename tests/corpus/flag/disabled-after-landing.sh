# title: The flag of a landed stage is disabled by a push that touches no stage
# why: The stage's fastest way back is gone, though its definition is still there.
# verdict: unready
# exit: 1
# phase: land
# requirement: flag
# cause: flag/no-safe-state 2
# looks: ready
# landing: fast-forward

swap backout.toml '".env.example"' '"flags.flagd.json"'
flags() {
    cat > flags.flagd.json << FLAGS
{"flags": {"USE_NEW_ORDERS": {"state": "$1", "variants": {"on": true, "off": false}, "defaultVariant": "$2"}}}
FLAGS
}
flags ENABLED on
open
edit src/readers/order.py
commit 'Read the new shape' 'Migration-Stage: 2'
land main
flags DISABLED on
commit 'Tidy the flags'
judge git push origin main
