{{- define "xiaozu.services" -}}activities assessment notify{{- end }}

{{- define "xiaozu.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "xiaozu.labels" -}}
app.kubernetes.io/name: xiaozu
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "xiaozu.selector" -}}
app.kubernetes.io/name: xiaozu
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "xiaozu.claim" -}}
{{ .Values.files.existingClaim | default (printf "%s-files" .Release.Name) }}
{{- end }}

{{/* A value of the secret as an environment variable: dict root, name, key, optional. */}}
{{- define "xiaozu.secret" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .root.Values.existingSecret }}
      key: {{ .key }}
      {{- if .optional }}
      optional: true
      {{- end }}
{{- end }}

{{/* What every program may know: dict root. */}}
{{- define "xiaozu.settings" -}}
{{- range $name, $value := .root.Values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* Nobody's rights, nothing to write but memory and the shared files. */}}
{{- define "xiaozu.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: 60
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: memory
    emptyDir: {medium: Memory, sizeLimit: 64Mi}
  - name: files
    persistentVolumeClaim:
      claimName: {{ include "xiaozu.claim" . }}
{{- end }}

{{- define "xiaozu.container" -}}
image: {{ include "xiaozu.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
volumeMounts:
  - {name: memory, mountPath: /tmp}
  - {name: files, mountPath: /data}
{{- end }}

{{/* Of a worker, a beat, a sweep: whether it gets on. */}}
{{- define "xiaozu.alive" -}}
startupProbe:
  exec: {command: [python, -m, deploy.alive]}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 120
livenessProbe:
  exec: {command: [python, -m, deploy.alive]}
  periodSeconds: 15
  timeoutSeconds: 5
  failureThreshold: 3
{{- end }}
