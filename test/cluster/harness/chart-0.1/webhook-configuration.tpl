{{ include "paddlock.webhookHead" (list . "ValidatingWebhookConfiguration") }}
webhooks:
  - name: validate.paddlock.dev
    admissionReviewVersions: [v1]
    sideEffects: None
    matchPolicy: Equivalent
    failurePolicy: {{ include "paddlock.failurePolicy" . }}
    {{- include "paddlock.webhookCall" (list . "/validate") | nindent 4 }}
    rules:
      {{- range include "paddlock.workloadKinds" . | fromYamlArray }}
      - apiGroups: [{{ .group | quote }}]
        apiVersions: ["*"]
        operations: [CREATE, UPDATE]
        resources: {{- .resources | toYaml | nindent 10 }}
        {{- if eq .group "" }}
          - pods/ephemeralcontainers
          - pods/resize
        {{- end }}
        scope: "*"
      {{- end }}
      {{- with .Values.webhook.extraRules }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
