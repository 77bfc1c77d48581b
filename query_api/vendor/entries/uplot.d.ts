export const uPlot: any;
