const icon = (paths, flip) => () => (
  <svg class={flip ? "i flip" : "i"} viewBox="0 0 16 16" aria-hidden="true"><path d={paths} /></svg>
);

export const Close = icon("m4 4 8 8M12 4l-8 8");
export const More = icon("M3.500 8h.01M8 8h.01M12.500 8h.01");
export const Lock = icon("M3.500 7h9v6.500h-9zM5.500 7V5a2.500 2.500 0 0 1 5 0v2");
export const Done = icon("m3 8.500 3.500 3.500L13 4.500");
export const Clip = icon("M12.500 7.500 7.800 12.200a2.800 2.800 0 0 1-4-4l5-5a1.900 1.900 0 0 1 2.700 2.700l-5 5a.9.9 0 0 1-1.300-1.300l4.300-4.300");
export const Send = icon("M2.500 8h10M8.500 3.500 13 8l-4.500 4.500", true);
export const Next = icon("m6 3.500 4.500 4.500L6 12.500", true);
export const File = icon("M4 1.800h5.500L12.500 5v9.200H4zM9.200 2v3.300h3.200");
export const Warn = icon("M8 2.200 14.300 13.500H1.700zM8 6.500v3.200M8 11.700h.01");
export const Person = icon("M8 8.200a2.700 2.700 0 1 0 0-5.400 2.700 2.700 0 0 0 0 5.400zM2.800 13.600c.5-2.500 2.500-3.800 5.200-3.800s4.700 1.300 5.200 3.800");

export const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M12 .9c1.5 0 2.5.95 2.6 2.1H9.400c.1-1.150 1.100-2.100 2.600-2.100z" />
    <path class="glow" d="M10 3.600h4v2.900h-4z" />
    <path d="M8.400 7h7.200v1.300H8.400zM9.700 9h4.600l.15 3.100h-4.900zM9.500 12.900h5c.2 1.350.5 2.450.95 3.400h-6.900c.45-.95.75-2.050.95-3.400zM8.150 17.100h7.700c.8 1.250 1.950 2.150 3.650 2.900h-15c1.700-.75 2.850-1.650 3.650-2.900zM10.200 21h3.600a1.800 1.800 0 0 1-3.600 0z" />
  </svg>
);
