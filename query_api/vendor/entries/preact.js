// Components, their state, and templates without a build step: one file, so that there is one Preact.
import htm from "htm";
import { h } from "preact";

export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from "@preact/signals";
export { Component, createContext, Fragment, h, render, toChildArray } from "preact";
export {
  useCallback, useContext, useEffect, useErrorBoundary, useId, useLayoutEffect, useMemo, useReducer, useRef, useState,
} from "preact/hooks";
export const html = htm.bind(h);
