/**
 * The timeline below the map: its head with dates, steps and what the bars mean, and the chart itself. It can be
 * folded away.
 */
import { useShared } from "../shared";
import { Chart } from "./chart";
import { AllDates, DateFields, Player, Undated } from "./dates";
import { BarKey } from "./barkey";
import "./time.css";

export function Timeline() {
  const { state } = useShared();
  const { time } = state;
  const words = state.words.value;
  if (!time.domain.value) return null;
  const open = time.open.value;
  return (
    <section class={`timeline${open ? " open" : ""}`} aria-label={words.t("time.label")}>
      <div class="time-parts">
        <div class="time-head">
          <div class="time-title">
            <button type="button" class="time-fold" aria-expanded={open} onClick={() => (time.open.value = !open)}>
              {words.t("time.title")}
              <span class="arrow" aria-hidden="true" />
            </button>
            <AllDates />
          </div>
          <DateFields name="timeline" />
          <Player />
          <Undated />
        </div>
        {open && (
          <div class="time-body">
            <BarKey />
            <Chart />
          </div>
        )}
      </div>
    </section>
  );
}
