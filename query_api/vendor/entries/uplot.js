// Charts of time.
export { default as uPlot } from "uplot";
