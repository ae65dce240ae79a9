/**
 * The desk beside the page: what a worker runs.
 */
import { Desk } from "./desk";
import type { Answer, Order } from "./desk";

interface Beside {
  onmessage: ((event: { data: Order }) => void) | null;
  postMessage: (answer: Answer) => void;
}

const beside = self as unknown as Beside;

// Between two stretches, newer orders come in.
const desk = new Desk((answer) => beside.postMessage(answer), { budget: 40, pause: (go) => setTimeout(go) });

beside.onmessage = ({ data }) => desk.receive(data);
