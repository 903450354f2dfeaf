# title: The flag of a landed stage is switched to its safe state
# why: That is what it is there for; the definition stays sound.
# verdict: ready
# exit: 0
# phase: land
# requirement: flag
# looks: unready
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
flags ENABLED off
commit 'Switch the new orders off'
judge git push origin main
