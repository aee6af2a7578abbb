# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by dev: runs the layers of tests and counts honestly. A test is a case (GoogleTest's or Qt Test's), not a program.

total_passed=0 total_failed=0 total_skipped=0
layer_lines=() not_run=()

# Reads a log of ctest or of one GoogleTest program; prints "passed failed skipped". A program that failed without saying how many
# of its cases did counts as one failure; one that says nothing countable, as one test.
count_results() {
  awk '
    function close_block(ok) {
      if (!ok && failed == 0) failed = 1
      if (ok && passed + failed + skipped == 0) passed = 1
      all_passed += passed; all_failed += failed; all_skipped += skipped
      passed = failed = skipped = 0
    }
    /^\[  PASSED  \] [0-9]+ test/ { passed += $4 }
    /^\[  FAILED  \] [0-9]+ tests?, listed below/ { failed += $4 }
    /^\[  SKIPPED \] [0-9]+ tests?, listed below/ { skipped += $4 }
    /YOU HAVE [0-9]+ DISABLED TEST/ { skipped += $3 }
    /^Totals: [0-9]+ passed/ { passed += $2; failed += $4; skipped += $6 }
    /^Test Passed\./ { close_block(1) }
    /^Test Failed\./ { close_block(0) }
    /^lvsdeck exit status / { close_block($4 == 0) }
    END { print all_passed + 0, all_failed + 0, all_skipped + 0 }' "$1"
}

# add_layer NAME LOG SECONDS
add_layer() {
  local passed failed skipped
  read -r passed failed skipped < <(count_results "$2")
  total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed)) total_skipped=$((total_skipped + skipped))
  layer_lines+=("$(printf '%-11s %5d passed, %3d failed, %3d skipped   %4d s' "$1" "$passed" "$failed" "$skipped" "$3")")
}

# The layers that ctest knows by label; GUI programs draw into memory.
run_ctest_layer() {
  local name=$1 labels=$1 started=$SECONDS log=$build/results/$1.log status=0
  if [ "$scope" = full ]; then labels="$name|long-$name"; fi
  if [ "$(ctest --test-dir "$build" -L "^($labels)\$" -N | awk '/^Total Tests:/ {print $3}')" = 0 ]; then
    not_run+=("$name: this tree has no such tests")
    return
  fi
  say "== $name"
  rm -f "$build/Testing/Temporary/LastTest.log"
  QT_QPA_PLATFORM=offscreen ctest --test-dir "$build" -L "^($labels)\$" --output-on-failure --parallel "${LVSDECK_JOBS:-$(nproc)}" || status=$?
  mkdir -p "$build/results"
  cp "$build/Testing/Temporary/LastTest.log" "$log"
  # ctest writes "Test Failed." for a time-out and a crash as well, but not for a program that is not there.
  [ $status = 0 ] || grep -q '^Test Failed\.' "$log" || echo 'lvsdeck exit status 1' >> "$log"
  add_layer "$name" "$log" $((SECONDS - started))
}

run_lab_layer() {
  local filter=${1:--LongStory*} started=$SECONDS log=$build/results/lab.log status=0 limit=2700
  if [ "$scope" = full ]; then limit=7200; fi
  say "== lab"
  mkdir -p "$build/results"
  # One boot for all: the agent's kernel parts alone, then the stories with real daemons, then those in several labs at once.
  run_in_lab "$limit" tests/lab/boot/lab-tests.sh "$filter" "$build" 2>&1 | tee "$log" || status=${PIPESTATUS[0]}
  echo "lvsdeck exit status $status" >> "$log"
  add_layer lab "$log" $((SECONDS - started))
}

# run_tests [WHAT [FILTER]]: FILTER is GoogleTest's, for the lab.
run_tests() {
  local what=${1:-all} layer layers started=$SECONDS
  rm -rf "$build/results"
  scope=all
  case $what in
    unit | simulation | gui | lab) layers=("$what") ;;
    all) layers=(unit simulation gui lab) ;;
    full) layers=(unit simulation gui lab); scope=full ;;
    *) die "./dev test knows unit, simulation, gui, lab, all and full, not \"$what\"" ;;
  esac
  if [ "$scope" = full ]; then export LVSDECK_TEST_FULL=1; fi
  # The lab has few programs of its own; all other layers need most of the tree.
  if [ "$what" = lab ]; then build_for_lab lab_tests differential_tests ipvs_kernel_tests; else configure_and_build dev; fi
  layer_lines+=("$(printf '%-11s %44s %4d s' build '' $((SECONDS - started)))")
  for layer in "${layers[@]}"; do
    if [ "$layer" != lab ]; then
      run_ctest_layer "$layer"
    elif [ "$scope" = full ]; then
      run_lab_layer '*'
    else
      run_lab_layer ${2:+"$2"}
    fi
  done
  echo
  echo "What ran ($((SECONDS - started)) s):"
  printf '  %s\n' "${layer_lines[@]}"
  if [ "$scope" != full ] && [ "$what" = all ]; then not_run+=("the long stories: './dev test full' runs them too"); fi
  if [ ${#not_run[@]} -gt 0 ]; then
    echo "What did not:"
    printf '  %s\n' "${not_run[@]}"
  fi
  # Each skipped case said its reason in its own log.
  if [ "$total_skipped" -gt 0 ]; then
    echo "Skipped, with their reasons:"
    awk '/: Skipped$/ { wait = 1; reason = ""; next }
      /^\[  SKIPPED \] [^ ]*\.[^ ]* \(/ { print "  " $4 ": " reason; wait = 0; next }
      wait && NF { reason = reason (reason == "" ? "" : " ") $0 }
      /^SKIP  / { print "  " $0 }' "$build"/results/*.log | sort -u | head -n 60
  fi
  echo "$total_passed passed, $total_failed failed, $total_skipped skipped"
  [ "$total_failed" = 0 ]
}
