// HLS for browsers that do not play it by themselves; the light build has no subtitles, DRM or alternate audio.
import Hls from "hls.js/light";

window.Hls = Hls;
